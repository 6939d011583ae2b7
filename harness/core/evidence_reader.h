#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "harness/core/model/observation.h"

namespace smx {

/// Where the bytes of stored evidence come from.
class EvidenceReader {
 public:
  virtual ~EvidenceReader() = default;
  /// The first `limit` bytes at most, or nothing when the evidence is not there (a report is still made).
  virtual std::optional<std::string> read(const Evidence& evidence, std::size_t limit) = 0;
};

}  // namespace smx
