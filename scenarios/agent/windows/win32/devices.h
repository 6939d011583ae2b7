#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace smx::agent {

/// The two device classes of smart cards (Microsoft, "System-Defined Device Setup Classes").
inline constexpr const char* kReaderClass = "{50dd5230-ba8a-11d1-bf5d-0000f805f530}";
inline constexpr const char* kCardClass = "{990a2bd7-e738-46c7-b26f-1cf8fb9f1391}";

/// A device as Windows' Plug and Play knows it.
struct Device {
  std::string instance;  ///< "USB\VID_08E6&PID_4433\1", "SCFILTER\CID_…\…"
  std::string name;      ///< as a person sees it; localized
  std::vector<std::string> hardware_ids;
  std::string service;        ///< the driver's service: "WUDFRd", "UmPass"
  bool started = false;       ///< DN_STARTED
  std::uint32_t problem = 0;  ///< CM_PROB_*; 0: none
  std::string driver_version, driver_date, driver_provider, inf;
};

/// The devices of a class that are present, at most 64.
std::vector<Device> devices_of_class(const char* class_guid);

}  // namespace smx::agent
