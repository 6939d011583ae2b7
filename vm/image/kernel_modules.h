#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace smx::vm {

/// A kernel module as it goes into the guest.
struct KernelModule {
  std::string name;   ///< as the kernel spells it: "virtio_blk"
  std::string bytes;  ///< without its signature
};

/// The modules that the initramfs loads, in this order: USB first, because the kernel looks for the reader in
/// the background while the rest goes on; then what tells the hypervisor of a panic; then what it takes to
/// see the disk.
const std::vector<std::string>& initramfs_module_names();
/// The modules that services load from the disk.
const std::vector<std::string>& disk_module_names();

/// The module without the signature appended to it. Debian's kernel asks for none, and checking one costs the
/// guest tens of milliseconds a module without hardware acceleration. Layout (Linux,
/// include/linux/module_signature.h): module, signature, 8 bytes of kind, signature length (32-bit
/// big-endian), "~Module signature appended~\n". A module without one comes back as it is. Throws
/// Error(environment) when the length points out of the file.
std::string_view without_signature(std::string_view module);

/// The names in the module's `depends=` (its .modinfo section).
std::vector<std::string> dependencies_of(std::string_view module);

/// Reads `names` from a kernel's module folder (lib/modules/<release>). Throws Error(environment) when one is
/// missing, or depends on a module that does not come before it in `before` or `names`.
std::vector<KernelModule> load_kernel_modules(const std::filesystem::path& folder,
                                              const std::vector<std::string>& names,
                                              const std::vector<std::string>& before = {});

}  // namespace smx::vm
