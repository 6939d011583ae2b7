#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "vm/reader/usb_devices.h"

// Which reader is meant, and whether it can be had.

namespace smx::vm {
namespace {

bool matches_device(const UsbReader& reader, const std::string& device) {
  if (device.empty()) return true;
  // A serial may hold anything, a port's own words included.
  if (lower(device.substr(0, 7)) == "serial:") return reader.serial == device.substr(7);
  if (lower(device.substr(0, 5)) == "port:") return reader.port == device.substr(5);
  return reader.id == lower(device);
}

std::string listed(const std::vector<UsbReader>& readers, const std::vector<UsbReader>& all) {
  std::vector<std::string> words;
  for (const auto& r : readers) words.push_back(fmt::format("\"{}\" {}", matrix_device(r, all), describe(r)));
  return fmt::format("{}", fmt::join(words, ", "));
}

}  // namespace

UsbReader choose_usb_reader(const std::vector<UsbReader>& readers, const std::string& device) {
  if (readers.empty())
    throw Error(ErrorKind::environment,
                "this host has no USB smart card reader; plug one in (`safemode-matrix card readers` shows "
                "what is there), or use a reader of kind \"virtual\"");
  std::vector<UsbReader> meant;
  for (const auto& r : readers)
    if (matches_device(r, device)) meant.push_back(r);
  if (meant.empty())
    throw Error(ErrorKind::environment,
                fmt::format("no USB smart card reader of this host is \"{}\"; plug it in, or name one of: {}",
                            device, listed(readers, readers)));
  if (meant.size() > 1)
    throw Error(
        ErrorKind::environment,
        fmt::format("{} readers of this host are meant{}; say which one with \"device\": {}", meant.size(),
                    device.empty() ? "" : " by \"" + device + "\"", listed(meant, readers)));
  return meant.front();
}

void check_usable(const UsbReader& reader) {
  const auto is_pcscd = [](const UsbHolder& h) { return h.program == "pcscd"; };
  if (std::any_of(reader.holders.begin(), reader.holders.end(), is_pcscd))
    throw Error(
        ErrorKind::environment,
        fmt::format("the reader {} is held by {}; stop it (systemctl stop pcscd.socket pcscd), or use "
                    "a reader of kind \"pcsc-relay\", which works through it",
                    describe(reader), holders_of(reader)));
  if (const auto who = holders_of(reader); !who.empty())
    throw Error(ErrorKind::environment,
                fmt::format("the reader {} is held by {}; end that program first", describe(reader), who));
  if (!reader.node_exists)
    throw Error(
        ErrorKind::environment,
        fmt::format("the reader {} has no device node {}; in a container it must be given to it, else "
                    "plug the reader in again",
                    describe(reader), reader.node.string()));
  if (!reader.writable)
    throw Error(ErrorKind::environment,
                fmt::format("this user may not open the reader {} ({}); write the line {} into "
                            "/etc/udev/rules.d/70-smart-card-readers.rules, run `udevadm control --reload`, "
                            "plug the reader in again, and be in the group plugdev",
                            describe(reader), reader.node.string(), udev_rule(reader)));
}

std::string describe(const UsbReader& reader) {
  auto name = reader.manufacturer;
  if (!reader.product.empty()) name += (name.empty() ? "" : " ") + reader.product;
  const auto firmware = reader.release.empty() ? "" : fmt::format(", firmware {}", reader.release);
  return fmt::format("{} ({}{}, port {})", name.empty() ? "without a name" : name, reader.id, firmware,
                     reader.port);
}

std::string holders_of(const UsbReader& reader) {
  std::vector<std::string> words;
  for (const auto& h : reader.holders) words.push_back(fmt::format("{} (process {})", h.program, h.pid));
  const bool claimed =
      std::find(reader.drivers.begin(), reader.drivers.end(), "usbfs") != reader.drivers.end();
  // Every user sees the claim; only its user and root see its owner.
  if (words.empty() && claimed) return "another program that this user cannot see";
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string udev_rule(const UsbReader& reader) {
  return fmt::format(
      R"(SUBSYSTEM=="usb", ATTR{{idVendor}}=="{}", ATTR{{idProduct}}=="{}", GROUP="plugdev", MODE="0660")",
      reader.id.substr(0, 4), reader.id.substr(5));
}

std::string matrix_device(const UsbReader& reader, const std::vector<UsbReader>& all) {
  const auto alone = [&](const std::string& device) {
    return std::count_if(all.begin(), all.end(),
                         [&](const UsbReader& r) { return matches_device(r, device); }) == 1;
  };
  if (alone(reader.id)) return reader.id;
  if (!reader.serial.empty() && alone("serial:" + reader.serial)) return "serial:" + reader.serial;
  return "port:" + reader.port;
}

}  // namespace smx::vm
