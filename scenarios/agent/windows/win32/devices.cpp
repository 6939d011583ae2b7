#include <initguid.h>
// after initguid.h, so that the property keys are defined here
#include "scenarios/agent/windows/win32/devices.h"
#include "scenarios/agent/windows/win32/system.h"
// after windows.h
#include <cfgmgr32.h>
#include <devpkey.h>
#include <objbase.h>
#include <setupapi.h>

#include <cstdio>

#include "scenarios/agent/windows/win32/text.h"

namespace smx::agent {
namespace {

constexpr DWORD kDevices = 64, kPropertyLimit = 4096;

class DeviceSet {
 public:
  explicit DeviceSet(const GUID& of_class)
      : set_(SetupDiGetClassDevsW(&of_class, nullptr, nullptr, DIGCF_PRESENT)) {}
  ~DeviceSet() {
    if (set_ != INVALID_HANDLE_VALUE) SetupDiDestroyDeviceInfoList(set_);
  }
  DeviceSet(const DeviceSet&) = delete;
  DeviceSet& operator=(const DeviceSet&) = delete;
  HDEVINFO get() const { return set_; }

 private:
  HDEVINFO set_;
};

/// The property's bytes as characters; empty when it is not there or of another type.
std::wstring characters(HDEVINFO set, SP_DEVINFO_DATA& device, const DEVPROPKEY& key, DEVPROPTYPE wanted) {
  std::vector<wchar_t> buffer(kPropertyLimit / sizeof(wchar_t));
  DEVPROPTYPE type = 0;
  DWORD size = 0;
  if (SetupDiGetDevicePropertyW(set, &device, &key, &type, reinterpret_cast<BYTE*>(buffer.data()),
                                kPropertyLimit, &size, 0) == 0 ||
      type != wanted)
    return {};
  return {buffer.data(), size / sizeof(wchar_t)};
}

std::string text(HDEVINFO set, SP_DEVINFO_DATA& device, const DEVPROPKEY& key) {
  const auto all = characters(set, device, key, DEVPROP_TYPE_STRING);
  return narrow(std::wstring_view(all).substr(0, all.find(L'\0')));
}

/// "2006-06-21"
std::string date(HDEVINFO set, SP_DEVINFO_DATA& device, const DEVPROPKEY& key) {
  FILETIME time{};
  SYSTEMTIME day{};
  DEVPROPTYPE type = 0;
  if (SetupDiGetDevicePropertyW(set, &device, &key, &type, reinterpret_cast<BYTE*>(&time), sizeof time,
                                nullptr, 0) == 0 ||
      type != DEVPROP_TYPE_FILETIME || FileTimeToSystemTime(&time, &day) == 0)
    return {};
  char digits[32];
  std::snprintf(digits, sizeof digits, "%04u-%02u-%02u", day.wYear, day.wMonth, day.wDay);
  return digits;
}

Device device_from(HDEVINFO set, SP_DEVINFO_DATA& info) {
  Device device;
  wchar_t instance[MAX_DEVICE_ID_LEN]{};
  if (SetupDiGetDeviceInstanceIdW(set, &info, instance, MAX_DEVICE_ID_LEN, nullptr) != 0)
    device.instance = narrow(instance);
  device.name = text(set, info, DEVPKEY_NAME);
  device.hardware_ids =
      multi_strings(characters(set, info, DEVPKEY_Device_HardwareIds, DEVPROP_TYPE_STRING_LIST));
  device.service = text(set, info, DEVPKEY_Device_Service);
  device.driver_version = text(set, info, DEVPKEY_Device_DriverVersion);
  device.driver_date = date(set, info, DEVPKEY_Device_DriverDate);
  device.driver_provider = text(set, info, DEVPKEY_Device_DriverProvider);
  device.inf = text(set, info, DEVPKEY_Device_DriverInfPath);
  ULONG status = 0, problem = 0;
  if (CM_Get_DevNode_Status(&status, &problem, info.DevInst, 0) == CR_SUCCESS) {
    device.started = (status & DN_STARTED) != 0;
    device.problem = (status & DN_HAS_PROBLEM) != 0 ? problem : 0;
  }
  return device;
}

}  // namespace

std::vector<Device> devices_of_class(const char* class_guid) {
  GUID wanted{};
  if (FAILED(CLSIDFromString(wide(class_guid).c_str(), &wanted))) return {};
  const DeviceSet set(wanted);
  std::vector<Device> devices;
  for (DWORD i = 0; set.get() != INVALID_HANDLE_VALUE && i < kDevices; ++i) {
    SP_DEVINFO_DATA info{};
    info.cbSize = sizeof info;
    if (SetupDiEnumDeviceInfo(set.get(), i, &info) == 0) break;
    devices.push_back(device_from(set.get(), info));
  }
  return devices;
}

}  // namespace smx::agent
