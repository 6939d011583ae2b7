#include "reports/evidence_folder.h"

#include <algorithm>
#include <fstream>

namespace smx {

bool is_sha256(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

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
