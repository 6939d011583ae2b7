#pragma once

#include <optional>
#include <string>

#include "vm/hypervisor/hypervisor.h"

// The libvirt domain of a machine, as XML text: a pure function of what is asked, and its inverse for the
// mark by which a later controller finds what a dead one left running.

namespace smx::vm {

struct XmlOptions {
  bool kvm = false;        ///< hardware acceleration; else QEMU's own translation (TCG)
  std::string emulator;    ///< path of qemu-system-x86_64; empty: libvirt's choice
  std::string boot_rom;    ///< firmware for direct kernel boot (qboot.rom); empty: QEMU has SeaBIOS
  int controller_pid = 0;  ///< written into the mark
  std::string uefi_code = {}, uefi_variables = {};  ///< OVMF's two files; needed for a machine with UEFI only
};

/// The namespace of our element in the domain's <metadata>.
inline constexpr const char* kMarkNamespace = "urn:safemode-matrix:domain:1";

/// Throws Error(usage) for a name or path that XML cannot carry (control characters), for a relative path and
/// for hardware that no machine has.
std::string domain_xml(const MachineSpec& spec, const XmlOptions& options);

/// The first network interface of a live domain, with its link up or down; "" when it has none.
std::string interface_with_link(const std::string& live_xml, bool up);

/// Whose machine a domain is.
struct DomainMark {
  std::string run_token;
  int controller_pid = 0;
};

/// The mark in a domain's XML, or nothing when it is not one of ours.
std::optional<DomainMark> read_mark(const std::string& xml);

}  // namespace smx::vm
