#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "harness/core/model/observation.h"

namespace smx::journal {

/// Evidence by content: evidence/<sha256>, written once, never changed. Thread-safe.
class EvidenceStore {
 public:
  /// `folder` is made when it is not there. Throws Error(environment).
  explicit EvidenceStore(std::filesystem::path folder);

  /// Durable when it returns. At most `limit` bytes are kept, and the rest is marked as cut off.
  Evidence put(const std::string& name, std::string_view bytes, const std::string& media_type = "text/plain",
               std::size_t limit = 1u << 20, bool truncated = false);

 private:
  std::filesystem::path folder_;
};

}  // namespace smx::journal
