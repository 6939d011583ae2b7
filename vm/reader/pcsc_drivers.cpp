#include "vm/reader/pcsc_drivers.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <pugixml.hpp>
#include <vector>

#include "harness/core/error.h"
#include "harness/core/files.h"

namespace smx::vm {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargest = 4u << 20;  // libccid's, the longest, has 100 KiB
constexpr std::size_t kMostDrivers = 64;

/// "0x08E6" as four lower-case digits.
std::optional<std::string> id_word(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || end != text.data() + text.size() || value > 0xffff) return std::nullopt;
  return fmt::format("{:04x}", value);
}

/// The strings of the array after <key>NAME</key>.
std::vector<std::optional<std::string>> ids(const pugi::xml_node& dictionary, const std::string& name) {
  std::vector<std::optional<std::string>> words;
  for (const auto& key : dictionary.children("key")) {
    if (key.text().get() != name) continue;
    for (const auto& item : key.next_sibling("array").children("string"))
      words.push_back(id_word(item.text().get()));
    break;
  }
  return words;
}

void add_devices(const fs::path& plist, std::set<std::string>& devices) {
  std::string text;
  try {
    text = read_file(plist, kLargest);
  } catch (const Error&) {
    return;  // a bundle without a list, or one that this user may not read
  }
  pugi::xml_document document;
  if (!document.load_buffer(text.data(), text.size())) return;
  const auto dictionary = document.child("plist").child("dict");
  const auto vendors = ids(dictionary, "ifdVendorID"), products = ids(dictionary, "ifdProductID");
  for (std::size_t i = 0; i < std::min(vendors.size(), products.size()); ++i)
    if (vendors[i] && products[i]) devices.insert(*vendors[i] + ":" + *products[i]);
}

}  // namespace

std::set<std::string> devices_of_pcsc_drivers(const fs::path& folder) {
  std::set<std::string> devices;
  std::error_code error;
  std::size_t count = 0;
  for (fs::directory_iterator it(folder, error), end; !error && it != end && count < kMostDrivers;
       it.increment(error), ++count)
    add_devices(it->path() / "Contents/Info.plist", devices);
  return devices;
}

}  // namespace smx::vm
