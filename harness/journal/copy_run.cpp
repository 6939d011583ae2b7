#include "harness/journal/copy_run.h"

#include <algorithm>
#include <map>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/journal/journal.h"
#include "harness/journal/run_store.h"

namespace smx::journal {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostEvidence = 64u << 20;  // bytes of one piece; what a run stores is far below

bool is_hash(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

/// Whether the piece is there and is what its hash says.
bool copy_evidence(const Evidence& piece, const fs::path& from, const fs::path& to) {
  std::error_code error;
  const auto file = from / piece.sha256;
  // Not through a link: the folder is somebody else's.
  if (!is_hash(piece.sha256) || !fs::is_regular_file(fs::symlink_status(file, error)) ||
      fs::file_size(file, error) > kMostEvidence)
    return false;
  const auto bytes = read_file(file, kMostEvidence);
  if (sha256_hex(bytes) != piece.sha256) return false;
  write_file_atomically(to / piece.sha256, bytes, 0444);
  return true;
}

void copy_marks(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (fs::exists(from / "marks.json", error))
    write_file_atomically(to / "marks.json", read_file(from / "marks.json", 1u << 20));
}

}  // namespace

std::vector<Evidence> evidence_of(const RunRecord& record) {
  std::map<std::string, Evidence> pieces;
  const auto take = [&](const std::vector<Evidence>& list) {
    for (const auto& piece : list) pieces.emplace(piece.sha256, piece);
  };
  for (const auto& boot : record.boots) take(boot.evidence);
  for (const auto& attempt : record.attempts) take(attempt.observation.evidence);
  std::vector<Evidence> all;
  for (auto& [hash, piece] : pieces) all.push_back(std::move(piece));
  return all;
}

CopiedRun copy_run(const fs::path& from, const fs::path& runs, const CancelToken& cancel) {
  const auto record = read_run(from);
  const auto& id = record.info.id;
  if (!is_run_id(id)) throw Error(ErrorKind::usage, from.string() + " holds a run whose id is no run's id");
  CopiedRun copied{runs / id, {}};
  std::error_code error;
  if (fs::exists(copied.folder, error))
    throw Error(ErrorKind::usage, "the run " + id + " is in " + runs.string() + " already");
  fs::create_directories(runs, error);
  const TempDir part(runs, ".import-");
  const auto whole = part.path() / "run";
  fs::create_directories(whole / "evidence");
  copy_journal(from, whole / "journal.db");
  copy_marks(from, whole);
  for (const auto& piece : evidence_of(record)) {
    cancel.check();
    if (!copy_evidence(piece, from / "evidence", whole / "evidence"))
      copied.missing.push_back(piece.name + " (" + piece.sha256 + ")");
  }
  fs::rename(whole, copied.folder, error);
  if (error)
    throw Error(ErrorKind::environment, copied.folder.string() + " cannot be made: " + error.message());
  return copied;
}

}  // namespace smx::journal
