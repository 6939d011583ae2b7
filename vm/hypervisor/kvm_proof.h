#pragma once

#include <filesystem>
#include <string>

#include "harness/core/time_types.h"

// /dev/kvm can exist, open and answer, and a guest still hang for ever in its firmware (seen under nested
// virtualization); or it is made in software, slower than emulation, and knows only some instructions. So KVM
// counts as usable only once a guest has run under it, and no slower than under TCG.

namespace smx::vm {

struct KvmProof {
  bool works = false;
  std::string why;       ///< for a person: "a boot sector ran in 120 ms", "/dev/kvm is not there"
  Milliseconds took{0};  ///< from QEMU's start to its end
};

/// Runs a boot sector under KVM, two seconds at most, and where that works under TCG too. The answer is kept
/// in `cache_folder` for this QEMU binary, kernel, boot and user; later calls take it from there.
KvmProof prove_kvm(const std::filesystem::path& emulator, const std::filesystem::path& cache_folder);

/// Whether a guest under this accelerator ("kvm", "tcg") gets as far as running its boot sector.
KvmProof run_boot_sector(const std::filesystem::path& emulator, const std::string& accelerator,
                         Milliseconds limit);

/// Whether KVM is worth having, from what both accelerators made of the same boot sector. Real KVM runs its
/// loop about ten times as fast as TCG.
KvmProof compare_with_tcg(const KvmProof& kvm, const KvmProof& tcg);

/// The 512 bytes: counts down from 300 million, then writes to port 0xf4 (isa-debug-exit), which ends QEMU
/// with exit code 33.
std::string boot_sector();

}  // namespace smx::vm
