#include "harness/signoff/evidence_copy.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <vector>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/signoff/plain_files.h"
#include "reports/common/evidence_folder.h"

namespace smx::signoff {
namespace {

constexpr std::size_t kNamed = 10;

/// By hash: the name that a person knows.
std::map<std::string, std::string> named_evidence(const RunRecord& record) {
  std::map<std::string, std::string> all;
  for (const auto& boot : record.boots)
    for (const auto& e : boot.evidence)
      all.emplace(e.sha256, fmt::format("{} of boot {} of {}", e.name, boot.number, boot.group));
  for (const auto& attempt : record.attempts)
    for (const auto& e : attempt.observation.evidence)
      all.emplace(e.sha256, fmt::format("{} of {}", e.name, attempt.cell.str()));
  return all;
}

UniqueFd new_file(const std::filesystem::path& path) {
  UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!fd) throw Error(ErrorKind::environment, path.string() + " cannot be written: " + std::strerror(errno));
  return fd;
}

/// Why it could not be copied; empty when it was.
std::string copy_one(const UniqueFd& from, const std::filesystem::path& to, const std::string& sha256,
                     const CancelToken& cancel) {
  if (!is_sha256(sha256)) return "is named by no SHA-256";
  const auto file = open_plain(from, sha256);
  if (!file) return "is missing";
  const auto copy = new_file(to / sha256);
  return sha256_of(*file, cancel, copy.get()) == sha256 ? "" : "is not what was stored: its bytes changed";
}

}  // namespace

void copy_evidence(const RunRecord& record, const std::filesystem::path& from,
                   const std::filesystem::path& to, const CancelToken& cancel,
                   const std::function<void(const std::string&)>& progress) {
  const auto all = named_evidence(record);
  if (all.empty()) return;
  std::filesystem::create_directory(to);
  const auto folder = open_folder(from);
  std::vector<std::string> troubles;
  std::size_t done = 0;
  for (const auto& [sha256, name] : all) {
    progress(fmt::format("checking evidence: {} of {}", ++done, all.size()));
    if (const auto why = copy_one(folder, to, sha256, cancel); !why.empty())
      troubles.push_back(fmt::format("{} ({}) {}", one_line(name, 200), one_line(sha256, 64), why));
  }
  if (troubles.empty()) return;
  const auto count = troubles.size();
  if (count > kNamed) {
    troubles.resize(kNamed);
    troubles.push_back(fmt::format("and {} more", count - kNamed));
  }
  throw Error(ErrorKind::usage,
              fmt::format("the run's evidence in {} is not whole, and such a run cannot be signed:\n  {}",
                          from.string(), fmt::join(troubles, "\n  ")));
}

}  // namespace smx::signoff
