#include "vm/boot/reference_wine_boot.h"

#include "harness/core/error.h"
#include "vm/boot/reference_wine_facts.h"
#include "vm/image/guest_command_line.h"
#include "vm/image/image_store.h"

namespace smx::vm {

ReferenceWineBoot::ReferenceWineBoot(const Image& image)
    : ReferenceWineBoot(KernelFiles{image.kernel(), image.initrd()}) {}

void ReferenceWineBoot::set_mode(MachineSpec& spec, BootMode mode) const {
  if (mode != BootMode::normal)
    throw Error(ErrorKind::usage, "the guest with Wine has no boot mode \"" + std::string(name(mode)) +
                                      "\"; Wine has no Safe Mode, so it has normal only");
  spec.kernel = files_.kernel;
  spec.initrd = files_.initrd;
  spec.command_line = kGuestCommandLine;
  // Wine's programs and their services, with a page cache that keeps their DLLs.
  spec.memory_mib = 512;
}

std::vector<Fact> ReferenceWineBoot::mode_facts(BootMode asked, const nlohmann::json& facts) const {
  return reference_wine_mode_facts(asked, facts);
}

std::vector<Fact> ReferenceWineBoot::reader_facts(const std::string& usb_id,
                                                  const nlohmann::json& facts) const {
  return reference_wine_reader_facts(usb_id, facts);
}

std::vector<std::string> ReferenceWineBoot::agent_command() const {
  return {"/usr/local/bin/wine-agent", agent_path()};
}

}  // namespace smx::vm
