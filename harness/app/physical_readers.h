#pragma once

#include <filesystem>

#include "harness/core/model/run_record.h"
#include "vm/reader/usb_passthrough.h"

namespace smx::app {

/// Where this user's runs hold their leases of physical readers.
std::filesystem::path reader_leases();

/// Before anything boots: that each USB reader of the plan's boots is there, free and permitted; leases them
/// for the run and writes what they are into the record. Throws Error(environment) with the place in the
/// matrix.
void prepare_usb_readers(RunRecord& record, vm::UsbPassthroughProvider& usb);

}  // namespace smx::app
