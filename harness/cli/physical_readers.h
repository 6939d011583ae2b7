#pragma once

#include <filesystem>

#include "harness/core/model.h"
#include "vm/reader/usb_passthrough.h"

namespace smx::cli {

/// Where this user's runs hold their leases of physical readers.
std::filesystem::path reader_leases();

/// The PINs and PUKs of the cards in the plan's usb-passthrough readers, from where the matrix says they are.
/// Throws Error(usage), with the place in the matrix, for a PIN that a scenario needs and the matrix does not
/// name, and for one that is not there.
vm::PhysicalCardSecrets physical_card_secrets(const Plan& plan);

/// Before anything boots: that each USB reader of the plan's boots is there, free and permitted; leases them
/// for the run and writes what they are into the record. Throws Error(environment) with the place in the
/// matrix.
void prepare_usb_readers(RunRecord& record, vm::UsbPassthroughProvider& usb);

}  // namespace smx::cli
