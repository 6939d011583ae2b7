#include "harness/journal/copy_run.h"

#include <algorithm>
#include <map>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/text.h"
#include "harness/journal/journal.h"
#include "harness/journal/run_store.h"

namespace smx::journal {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostEvidence = 64u << 20;  // bytes of one piece; what a run stores is far below

/// Whether the piece is there and is what its hash says.
bool copy_evidence(const Evidence& piece, const fs::path& from, const fs::path& to) {
  std::error_code error;
  const auto file = from / piece.sha256;
  // Not through a link: the folder is not this program's.
  if (!is_sha256(piece.sha256) || !fs::is_regular_file(fs::symlink_status(file, error)) ||
      fs::file_size(file, error) > kMostEvidence)
    return false;
  const auto bytes = read_file(file, kMostEvidence);
  if (sha256_hex(bytes) != piece.sha256) return false;
  write_file_atomically(to / piece.sha256, bytes, 0444);
  return true;
}

bool is_plain(const fs::path& file) {
  std::error_code error;
  return fs::is_regular_file(fs::symlink_status(file, error));
}

/// Whether what is there is less of the same run: it was cut short, and has gone on elsewhere since.
bool is_replaced_by(const fs::path& there, const RunRecord& record) {
  if (is_held(there)) return false;
  const auto old = read_run(there);
  return old.end != RunEnd::completed && record.end != RunEnd::unfinished &&
         (old.end == RunEnd::unfinished || old.ended < record.ended);
}

void put_in_place(const fs::path& whole, const fs::path& folder, const fs::path& aside) {
  std::error_code error;
  if (fs::exists(folder, error)) {
    if (is_plain(folder / "marks.json"))
      write_file_atomically(whole / "marks.json", read_file(folder / "marks.json", 1u << 20));
    fs::rename(folder, aside, error);
  }
  if (!error) fs::rename(whole, folder, error);
  if (error) throw Error(ErrorKind::environment, folder.string() + " cannot be made: " + error.message());
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
  const auto id = read_run(from).info.id;  // says what is wrong with it
  if (!is_run_id(id))
    throw Error(ErrorKind::usage, from.string() + " holds a run whose id is not a run's id");
  if (!is_plain(from / "journal.db"))
    throw Error(ErrorKind::usage,
                (from / "journal.db").string() + " is a link; import the folder that it leads to");
  if (is_held(from))
    throw Error(ErrorKind::usage,
                "the run in " + from.string() + " is still running; import it when it has ended");
  std::error_code error;
  fs::create_directories(runs, error);
  const TempDir part(runs, ".import-");
  const auto whole = part.path() / "run";
  fs::create_directories(whole / "evidence");
  copy_journal(from, whole / "journal.db");
  const auto record = read_run(whole);
  CopiedRun copied{runs / id, {}};
  if (record.info.id != id || (fs::exists(copied.folder, error) && !is_replaced_by(copied.folder, record)))
    throw Error(ErrorKind::usage, "the run " + id + " is in " + runs.string() + " already");
  for (const auto& piece : evidence_of(record)) {
    cancel.check();
    if (!copy_evidence(piece, from / "evidence", whole / "evidence"))
      copied.missing.push_back(piece.name + " (" + piece.sha256 + ")");
  }
  put_in_place(whole, copied.folder, part.path() / "replaced");
  return copied;
}

}  // namespace smx::journal
