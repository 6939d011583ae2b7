#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/evidence_reader.h"
#include "harness/core/model/plan.h"
#include "harness/core/model/run_record.h"

// What a result depends on, and what may so have changed it. Pure, but for evidence that is read.
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

/// Everything that the run's outcomes may depend on, sorted, each once. At most 4,096 of what guests told.
std::vector<Input> inputs_of(const RunRecord& record, EvidenceReader& evidence);

/// Those known before anything boots: all but what guests tell. `environment`: of the run (RunInfo).
std::vector<Input> inputs_before(const Plan& plan, const std::map<std::string, std::string>& environment);

/// Whether the input is one of the cell's.
bool concerns(const Input& input, const CellId& cell);

/// SHA-256 over the cell's own among `inputs_before`, in hex: equal keys say that nothing which was known
/// beforehand differs. Of the table the cell's own mark counts alone.
std::string input_key(const std::vector<Input>& inputs_before, const CellId& cell, Mark mark);

}  // namespace smx::compare
