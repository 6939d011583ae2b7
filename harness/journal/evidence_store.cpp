#include "harness/journal/evidence_store.h"

#include <algorithm>
#include <fstream>

#include "harness/core/error.h"
#include "harness/core/files.h"

namespace smx::journal {
namespace {

bool is_sha256(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

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

std::optional<std::string> EvidenceStore::read(const Evidence& evidence, std::size_t limit) const {
  if (!is_sha256(evidence.sha256)) return std::nullopt;
  std::ifstream in(folder_ / evidence.sha256, std::ios::binary);
  if (!in) return std::nullopt;
  std::string bytes(std::min<std::uint64_t>(limit, evidence.size), '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return bytes;
}

}  // namespace smx::journal
