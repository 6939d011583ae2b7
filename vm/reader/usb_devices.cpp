#include "vm/reader/usb_devices.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <optional>
#include <regex>
#include <set>

#include "harness/core/text.h"
#include "vm/reader/pcsc_drivers.h"

namespace smx::vm {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostEntries = 4096;
constexpr std::size_t kLongestText = 100;

/// The first line of a kernel's file, bounded and printable; "" when it cannot be read.
std::string line_of(const fs::path& file) {
  std::ifstream stream(file);
  std::array<char, kLongestText * 4> bytes{};
  stream.read(bytes.data(), bytes.size());
  std::string_view text(bytes.data(), static_cast<std::size_t>(stream.gcount()));
  text = text.substr(0, text.find('\n'));
  auto line = sanitize_guest_text(text, kLongestText);
  std::replace(line.begin(), line.end(), '\t', ' ');
  return line;
}

/// A whole number in a file, 1 to 999: what a bus or a device can have.
std::optional<unsigned> number_in(const fs::path& file) {
  const auto text = line_of(file);
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value == 0 || value > 999)
    return std::nullopt;
  return value;
}

/// Names in a folder, in order; none when it cannot be read.
std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end && names.size() < kMostEntries;
       it.increment(error))
    names.push_back(it->path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

bool is_hex_word(const std::string& text) {
  return text.size() == 4 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// What its interfaces ("1-2.3:1.0") say of a device.
struct Interfaces {
  bool ccid = false;
  std::set<std::string> drivers;
};

Interfaces interfaces_of(const fs::path& sys, const std::string& port,
                         const std::vector<std::string>& names) {
  Interfaces found;
  for (const auto& name : names) {
    if (!name.starts_with(port + ":")) continue;
    if (line_of(sys / name / "bInterfaceClass") == "0b") found.ccid = true;
    std::error_code error;
    const auto driver = fs::read_symlink(sys / name / "driver", error);
    if (!error) found.drivers.insert(sanitize_guest_text(driver.filename().string(), kLongestText));
  }
  return found;
}

/// bcdDevice, "0204" (USB 2.0, 9.6.1), as people write it: "2.04".
std::string release_in(const std::string& bcd) {
  if (!is_hex_word(bcd)) return "";
  return fmt::format("{}.{}", bcd[0] == '0' ? bcd.substr(1, 1) : bcd.substr(0, 2), bcd.substr(2));
}

std::optional<UsbReader> read_device(const UsbPlaces& places, const std::string& port,
                                     const std::vector<std::string>& names,
                                     const std::set<std::string>& known) {
  const auto folder = places.sys / port;
  const auto vendor = line_of(folder / "idVendor"), product = line_of(folder / "idProduct");
  const auto bus = number_in(folder / "busnum"), device = number_in(folder / "devnum");
  if (!is_hex_word(vendor) || !is_hex_word(product) || !bus || !device) return std::nullopt;
  UsbReader reader;
  reader.id = vendor + ":" + product;
  const auto interfaces = interfaces_of(places.sys, port, names);
  if (!interfaces.ccid && !known.contains(reader.id)) return std::nullopt;
  reader.port = port;
  reader.bus = *bus;
  reader.device = *device;
  reader.manufacturer = line_of(folder / "manufacturer");
  reader.product = line_of(folder / "product");
  reader.serial = line_of(folder / "serial");
  reader.release = release_in(line_of(folder / "bcdDevice"));
  reader.drivers.assign(interfaces.drivers.begin(), interfaces.drivers.end());
  reader.node = places.dev / fmt::format("{:03}/{:03}", *bus, *device);
  reader.node_exists = ::access(reader.node.c_str(), F_OK) == 0;
  reader.writable = ::access(reader.node.c_str(), R_OK | W_OK) == 0;
  return reader;
}

bool has_open(const fs::path& process, const fs::path& node) {
  for (const auto& fd : names_in(process / "fd")) {
    std::error_code error;
    if (fs::read_symlink(process / "fd" / fd, error) == node && !error) return true;
  }
  return false;
}

void find_holders(const UsbPlaces& places, std::vector<UsbReader>& readers) {
  if (readers.empty()) return;
  for (const auto& name : names_in(places.proc)) {
    int pid = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error != std::errc{} || end != name.data() + name.size() || pid == ::getpid()) continue;
    for (auto& reader : readers)
      if (has_open(places.proc / name, reader.node))
        reader.holders.push_back({pid, line_of(places.proc / name / "comm")});
  }
}

}  // namespace

std::vector<UsbReader> find_usb_readers(const UsbPlaces& places) {
  // "usb1" is a bus's own hub, "1-2:1.0" an interface.
  static const std::regex kDevice("[0-9]+-[0-9]+([.][0-9]+)*");
  const auto names = names_in(places.sys);
  const auto known = devices_of_pcsc_drivers(places.drivers);
  std::vector<UsbReader> readers;
  for (const auto& name : names)
    if (std::regex_match(name, kDevice))
      if (auto reader = read_device(places, name, names, known)) readers.push_back(std::move(*reader));
  find_holders(places, readers);
  return readers;
}

}  // namespace smx::vm
