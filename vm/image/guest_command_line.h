#pragma once

namespace smx::vm {

/// What every guest's kernel is told; docs/reference-guest.md says what each is worth. A panic is told to the
/// hypervisor by the pvpanic device; where there is none, it ends the machine (on_reboot = destroy) instead
/// of leaving it hanging until the boot's limit.
inline constexpr const char* kGuestCommandLine =
    "console=ttyS0 quiet panic=-1 mitigations=off tsc=reliable no_timer_check noreplace-smp "
    "cryptomgr.notests random.trust_cpu=on";

}  // namespace smx::vm
