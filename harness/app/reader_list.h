#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "vm/pcsc/host_readers.h"
#include "vm/reader/reader_lease.h"
#include "vm/reader/usb_devices.h"

// What `safemode-matrix card readers` shows.

namespace smx::app {

struct ReaderList {
  std::string pcsc_trouble;  ///< why pcscd cannot be asked, and the way out; "" when it answered
  std::vector<vm::HostReader> pcsc;
  std::vector<vm::UsbReader> usb;
  std::vector<vm::LeaseHolder> leases;
};

/// Asks this host.
ReaderList list_readers();

/// Why a matrix could not have this reader now, with the way out; "" when it could.
std::string trouble_of(const vm::UsbReader& reader);

/// Pure.
nlohmann::json to_json(const ReaderList& list);
std::string reader_table(const ReaderList& list);

}  // namespace smx::app
