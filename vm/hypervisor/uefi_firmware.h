#pragma once

namespace smx::vm {

/// The firmware of machines that start by UEFI, from the package ovmf: the program, and the variables that
/// each machine gets a copy of. Without Secure Boot: nothing that is tested here depends on it, and
/// test-signed drivers would be refused.
inline constexpr const char* kUefiCode = "/usr/share/OVMF/OVMF_CODE_4M.fd";
inline constexpr const char* kUefiVariables = "/usr/share/OVMF/OVMF_VARS_4M.fd";

}  // namespace smx::vm
