#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "harness/core/model/plan.h"
#include "vm/reader/usb_passthrough.h"

namespace smx::app {

/// Where this user's runs hold their leases of physical readers.
std::filesystem::path reader_leases();

/// Before anything boots: that each USB reader of the plan's boots is there, free and permitted; leases them
/// for the run. Returns what they are, as entries of the run's environment. Throws Error(environment) with
/// the place in the matrix.
std::map<std::string, std::string> prepare_usb_readers(const Plan& plan, vm::UsbPassthroughProvider& usb);

}  // namespace smx::app
