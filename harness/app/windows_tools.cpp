#include "harness/app/windows_tools.h"

#include "harness/app/agent_program.h"
#include "scenarios/prediction/rows.h"
#include "vm/image/overlay.h"
#include "vm/windows/offline_windows.h"

namespace smx::app {

namespace fs = std::filesystem;
using Access = vm::OfflineWindows::Access;

vm::OfflineModeEdit offline_mode_edit() {
  return [](const fs::path& overlay, BootMode mode, const CancelToken& cancel) {
    vm::OfflineWindows(overlay, Access::write, cancel).change_boot_entry([mode](vm::Bcd& store) {
      const bool moved = store.set_mode(mode);
      const bool ignoring = store.set_ignore_all_failures();
      return store.set_recovery_enabled(false) || ignoring || moved;
    });
  };
}

prepare::ImageTools image_tools(const CancelToken& cancel) {
  return {[&cancel](const fs::path& image) {
            return vm::OfflineWindows(image, Access::read, cancel).inspect(services_of_interest());
          },
          [&cancel](const fs::path& image, const fs::path& overlay) {
            vm::create_overlay(image, overlay, cancel);
          }};
}

std::string windows_agent(const WindowsInspection& windows) {
  return agent_program(windows.architecture == "x86" ? "agent-windows-i686.exe" : "agent-windows-x86_64.exe");
}

}  // namespace smx::app
