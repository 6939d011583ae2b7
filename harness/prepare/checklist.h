#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/core/windows_inspection.h"

namespace smx::prepare {

/// One thing that a prepared image must have, or that only a first run on a real Windows can confirm.
struct ChecklistItem {
  enum class State { holds, fails, to_be_confirmed };
  std::string id;     ///< a stable word
  std::string words;  ///< what is claimed
  State state = State::to_be_confirmed;
  std::string detail;  ///< why it fails and what to do, or how to confirm it
  bool operator==(const ChecklistItem&) const = default;
};

/// Pure: what the sealed image's own registry and boot configuration say, then what stays to be confirmed on
/// a real Windows (docs/windows-lab.md has the same list). `source` is the image as it was before, to see
/// that nothing but the guest agent was added to the SafeBoot lists; without it that item is to be confirmed.
std::vector<ChecklistItem> checklist(const WindowsInspection& sealed,
                                     const std::optional<WindowsInspection>& source);

/// The items that fail, one line each; empty when none does.
std::string failures(const std::vector<ChecklistItem>& items);

}  // namespace smx::prepare
