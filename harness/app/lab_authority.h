#pragma once

#include "vm/lab/lab_ca.h"

namespace smx::app {

/// This user's lab certification authority, in state_home()/pki; made at the first use. Cards made by `card
/// create` and servers of later runs belong to the same one. Safe with other processes at the same time.
vm::LabCa lab_authority();

/// Where this user's labs are, each in a folder of its name.
std::filesystem::path labs_folder();

}  // namespace smx::app
