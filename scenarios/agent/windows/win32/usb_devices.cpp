#include "scenarios/agent/windows/win32/usb_devices.h"

#include "scenarios/agent/windows/win32/files.h"
#include "scenarios/agent/windows/win32/system.h"
#include "scenarios/agent/windows/win32/text.h"
#include "scenarios/agent/windows/win32/usb_ids.h"
#include "scenarios/agent/windows/win32/wine.h"
// after windows.h
#include <setupapi.h>

namespace smx::agent {
namespace {

constexpr DWORD kUsbDevices = 256;

std::vector<std::string> windows_devices() {
  std::vector<std::string> ids;
  const auto set = SetupDiGetClassDevsW(nullptr, L"USB", nullptr, DIGCF_ALLCLASSES | DIGCF_PRESENT);
  if (set == INVALID_HANDLE_VALUE) return ids;
  for (DWORD i = 0; i < kUsbDevices; ++i) {
    SP_DEVINFO_DATA device{};
    device.cbSize = sizeof device;
    if (SetupDiEnumDeviceInfo(set, i, &device) == 0) break;
    wchar_t list[1024]{};
    if (SetupDiGetDeviceRegistryPropertyW(set, &device, SPDRP_HARDWAREID, nullptr,
                                          reinterpret_cast<BYTE*>(list), sizeof list - 2 * sizeof(wchar_t),
                                          nullptr) == 0)
      continue;
    const auto id = usb_id_of_hardware_id(narrow(list));
    if (!id.empty()) ids.push_back(id);
  }
  SetupDiDestroyDeviceInfoList(set);
  return ids;
}

std::string first_line(const std::string& path) {
  const auto text = read_file(path, 64);
  return text.substr(0, text.find('\n'));
}

std::vector<std::string> linux_devices() {
  const std::string folder = "Z:\\sys\\bus\\usb\\devices";
  std::vector<std::string> ids;
  for (const auto& name : names_in_folder(folder, kUsbDevices)) {
    const auto vendor = first_line(folder + "\\" + name + "\\idVendor");
    if (!vendor.empty()) ids.push_back(vendor + ":" + first_line(folder + "\\" + name + "\\idProduct"));
  }
  return ids;
}

}  // namespace

std::vector<std::string> usb_devices() {
  return wine_version().empty() ? windows_devices() : linux_devices();
}

}  // namespace smx::agent
