#include "scenarios/agent/windows/win32/usb_ids.h"

namespace smx::agent {
namespace {

/// Four hex digits after `key`, in lower case; "" when they are not there.
std::string digits_after(std::string_view id, std::string_view key) {
  const auto at = id.find(key);
  if (at == std::string_view::npos || id.size() - at < key.size() + 4) return {};
  std::string digits(id.substr(at + key.size(), 4));
  for (auto& c : digits) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) return {};
  }
  return digits;
}

}  // namespace

std::string usb_id_of_hardware_id(std::string_view id) {
  if (!id.starts_with("USB\\") || id.find("&MI_") != std::string_view::npos) return {};
  const auto vendor = digits_after(id, "VID_"), product = digits_after(id, "PID_");
  return vendor.empty() || product.empty() ? "" : vendor + ":" + product;
}

}  // namespace smx::agent
