#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

// One thing that a result depends on.
//
//   driver   a driver file, package or device of a guest, by version and hash (inventory.json of its boots)
//   package  what was installed into the guest for the run; a reference guest's kernel and Wine
//   policy   a policy of the guest
//   image    the image that was booted
//   card     the card, as the matrix describes it, and its certificate
//   reader   how the card reached the guest; a real reader's ids and firmware
//   table    the support table of the target
//   harness  the controller, the agent, the scenario's own definition
//   host     libvirt, QEMU, acceleration, the lab

namespace smx::compare {

/// In the order of suspicion: what stands first is most often to blame for a changed outcome.
enum class InputKind { driver, package, policy, image, card, reader, table, harness, host };

std::string_view name(InputKind kind);
std::optional<InputKind> parse_input_kind(std::string_view text);

/// One thing that some or all cells of a run depend on.
struct Input {
  InputKind kind = InputKind::host;
  /// Whose it is: "target ID", "boot TARGET/MODE", "reader ID", "scenario ID"; empty: every cell's.
  std::string scope;
  std::string name;   ///< "drivers\\scfilter.sys"; of a guest, and so untrusted but made safe to show
  std::string value;  ///< "10.0.19041.1, sha256 12ab…"
  auto operator<=>(const Input&) const = default;
};

}  // namespace smx::compare
