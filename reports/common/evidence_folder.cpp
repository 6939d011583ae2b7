#include "reports/common/evidence_folder.h"

#include <fstream>

#include "harness/core/text.h"

namespace smx {

std::optional<std::string> EvidenceFolder::read(const Evidence& evidence, std::size_t limit) {
  if (!is_sha256(evidence.sha256)) return std::nullopt;
  std::ifstream in(folder_ / evidence.sha256, std::ios::binary);
  if (!in) return std::nullopt;
  std::string bytes(limit, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(limit));
  if (in.bad()) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return bytes;
}

}  // namespace smx
