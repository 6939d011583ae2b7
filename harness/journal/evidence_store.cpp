#include "harness/journal/evidence_store.h"

#include "harness/core/error.h"
#include "harness/core/files.h"

namespace smx::journal {
EvidenceStore::EvidenceStore(std::filesystem::path folder) : folder_(std::move(folder)) {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) throw Error(ErrorKind::environment, folder_.string() + " cannot be made: " + error.message());
}

Evidence EvidenceStore::put(const std::string& name, std::string_view bytes, const std::string& media_type,
                            std::size_t limit, bool truncated) {
  const auto kept = bytes.substr(0, limit);
  Evidence evidence{name, sha256_hex(kept), kept.size(), media_type, truncated || kept.size() < bytes.size()};
  const auto path = folder_ / evidence.sha256;
  std::error_code error;
  // The name is the content: a file that is there was renamed into place whole.
  if (!std::filesystem::exists(path, error)) write_file_atomically(path, kept, 0444);
  return evidence;
}

}  // namespace smx::journal
