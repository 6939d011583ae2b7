#include "vm/boot/reference_linux_boot.h"

#include "vm/boot/reference_linux_facts.h"
#include "vm/image/guest_command_line.h"
#include "vm/image/image_store.h"

namespace smx::vm {

ReferenceLinuxBoot::ReferenceLinuxBoot(const Image& image)
    : ReferenceLinuxBoot(KernelFiles{image.kernel(), image.initrd()}) {}

void ReferenceLinuxBoot::set_mode(MachineSpec& spec, BootMode mode) const {
  const auto word = safeboot_word(mode);
  spec.kernel = files_.kernel;
  spec.initrd = files_.initrd;
  spec.command_line = std::string(kGuestCommandLine) + (word.empty() ? "" : " " + word);
}

std::vector<Fact> ReferenceLinuxBoot::mode_facts(BootMode asked, const nlohmann::json& facts) const {
  return reference_linux_mode_facts(asked, facts);
}

std::vector<Fact> ReferenceLinuxBoot::reader_facts(const std::string& usb_id,
                                                   const nlohmann::json& facts) const {
  return reference_linux_reader_facts(usb_id, facts);
}

}  // namespace smx::vm
