#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "harness/core/model.h"

// What every report is made from. A report is a pure function of it, so `report RUN` makes the same
// report again from the journal as the run made at its end, or another one against another table.

namespace smx {

/// Where the bytes of stored evidence come from.
class EvidenceReader {
 public:
  virtual ~EvidenceReader() = default;
  /// The first `limit` bytes at most, or nothing when the evidence is not there (a report is still made).
  virtual std::optional<std::string> read(const Evidence& evidence, std::size_t limit) = 0;
};

/// References only: whatever is given must outlive the call it is passed to.
struct ReportInput {
  const RunRecord& record;
  const Judgement& judgement;  ///< of this record: `judgement.cells` is parallel to `record.plan.cells`
  EvidenceReader& evidence;
};

}  // namespace smx
