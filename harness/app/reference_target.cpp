#include "harness/app/reference_target.h"

#include <fmt/format.h>

#include "harness/app/agent_program.h"
#include "harness/core/error.h"
#include "harness/core/files.h"
#include "vm/boot/reference_linux_boot.h"
#include "vm/boot/reference_wine_boot.h"
#include "vm/image/overlay.h"

namespace smx::app {

ReferenceTarget::ReferenceTarget(TargetKind kind, vm::Image image, const CancelToken& cancel)
    : image_(std::move(image)), cancel_(cancel) {
  switch (kind) {
    case TargetKind::reference_linux:
      boot_ = std::make_unique<vm::ReferenceLinuxBoot>(image_);
      agent_ = agent_program("agent-linux-x86_64");
      return;
    case TargetKind::reference_wine:
      boot_ = std::make_unique<vm::ReferenceWineBoot>(image_);
      agent_ = agent_program("agent-windows-x86_64.exe");
      return;
    case TargetKind::windows: break;
  }
  throw Error(ErrorKind::internal, fmt::format("nothing here boots targets of kind {}", name(kind)));
}

void ReferenceTarget::create_overlay(const std::filesystem::path& overlay) const {
  vm::create_overlay(image_.disk(), overlay, cancel_);
}

std::map<std::string, std::string> ReferenceTarget::describe() const {
  return {{"image", image_.manifest.name + "/" + image_.manifest.key},
          {"kernel", image_.manifest.kernel_release},
          {"agent", "sha256:" + sha256_hex(agent_)}};
}

}  // namespace smx::app
