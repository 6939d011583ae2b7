#pragma once

#include <string>
#include <string_view>

namespace smx::agent {

/// "08e6:4433" of a device's hardware id such as "USB\VID_08E6&PID_4433&REV_0100"; "" of a hub's without ids,
/// and of an interface's ("…&MI_00"), whose device is there too. Pure.
std::string usb_id_of_hardware_id(std::string_view id);

}  // namespace smx::agent
