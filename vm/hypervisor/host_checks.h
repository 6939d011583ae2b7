#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "vm/hypervisor/kvm_proof.h"

// What this host must have for machines to run on it: facts are gathered once, judged by a pure function.

namespace smx::vm {

struct HostCheck {
  std::string name;
  bool ok = false;
  std::string message;  ///< what was found
  std::string way_out;  ///< what to do; empty when `ok`, or when nothing need be done
};

struct HostFacts {
  bool root = false;                            ///< runs as root
  bool libvirt_qemu_user = false;               ///< the user libvirt-qemu exists
  std::optional<std::filesystem::path> driver;  ///< libvirt's QEMU driver
  std::string libvirt_version;
  std::optional<std::filesystem::path> emulator;  ///< qemu-system-x86_64
  std::string emulator_version;                   ///< "7.2.22"
  std::optional<std::filesystem::path> qemu_img;
  std::optional<KvmProof> kvm;  ///< nothing: there is no emulator to prove it with
  std::filesystem::path runtime_folder;
  std::string runtime_trouble;  ///< why it cannot be used; empty: it can
  std::uint64_t free_disk = 0;  ///< bytes, where images and runs are kept
  std::filesystem::path disk_folder;
  std::uint64_t free_memory = 0;  ///< bytes available
};

/// Looks at this host; proves KVM where it is not known yet (two seconds at most).
HostFacts gather_host_facts(const std::filesystem::path& runtime_folder,
                            const std::filesystem::path& cache_folder);

/// Pure. Every check, in the order in which a person would mend them.
std::vector<HostCheck> judge_host(const HostFacts& facts);

}  // namespace smx::vm
