#pragma once

#include <filesystem>

#include "harness/core/model/observation.h"
#include "reports/common/report_input.h"

namespace smx {

/// Evidence of a run's folder: `FOLDER/<sha256>`. A name that is no SHA-256, and a file that cannot be read,
/// is evidence that is not there.
class EvidenceFolder : public EvidenceReader {
 public:
  explicit EvidenceFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::optional<std::string> read(const Evidence& evidence, std::size_t limit) override;

 private:
  std::filesystem::path folder_;
};

}  // namespace smx
