#include "harness/plan/boot_modes.h"

namespace smx {

bool has_mode(TargetKind kind, BootMode mode) {
  switch (kind) {
    case TargetKind::windows: return true;
    case TargetKind::reference_linux: return mode != BootMode::safe_command_prompt;
    case TargetKind::reference_wine: return mode == BootMode::normal;
  }
  return false;
}

}  // namespace smx
