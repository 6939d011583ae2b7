#include "vm/boot/reference_linux_boot.h"

#include "vm/boot/reference_linux_facts.h"
#include "vm/image/image_store.h"

namespace smx::vm {
namespace {

// docs/reference-guest.md says what each is worth. A panic is told to the hypervisor by the pvpanic device;
// where there is none, it ends the machine (on_reboot = destroy) instead of leaving it hanging until the
// boot's limit.
constexpr const char* kCommandLine =
    "console=ttyS0 quiet panic=-1 mitigations=off tsc=reliable no_timer_check noreplace-smp "
    "cryptomgr.notests "
    "random.trust_cpu=on";

}  // namespace

ReferenceLinuxBoot::ReferenceLinuxBoot(const Image& image)
    : ReferenceLinuxBoot(KernelFiles{image.kernel(), image.initrd()}) {}

void ReferenceLinuxBoot::set_mode(MachineSpec& spec, BootMode mode) const {
  const auto word = safeboot_word(mode);
  spec.kernel = files_.kernel;
  spec.initrd = files_.initrd;
  spec.command_line = kCommandLine + (word.empty() ? "" : " " + word);
}

std::vector<Fact> ReferenceLinuxBoot::mode_facts(BootMode asked, const nlohmann::json& facts) const {
  return reference_linux_mode_facts(asked, facts);
}

std::vector<Fact> ReferenceLinuxBoot::reader_facts(const std::string& usb_id,
                                                   const nlohmann::json& facts) const {
  return reference_linux_reader_facts(usb_id, facts);
}

}  // namespace smx::vm
