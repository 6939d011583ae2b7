#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

// What was made of a run, kept in its folder (marks.json), where it outlives every index: the exit code that
// its end was told with, the tags by which it is a baseline, and the sign-offs of it. A run with a tag or a
// sign-off is never pruned.

namespace smx::journal {

/// A sign-off bundle that was made of the run.
struct SignedMark {
  std::string product, version;
  std::string when;    ///< ISO 8601, UTC
  std::string signer;  ///< subject and SHA-256 of the certificate
  std::string bundle;  ///< the folder that was written then
  bool operator==(const SignedMark&) const = default;
};

struct RunMarks {
  /// What was told at the run's end, a comparison with its baseline included. Nothing: it did not get so far.
  std::optional<int> exit_code = {};
  std::vector<std::string> tags;  ///< sorted, each once
  std::vector<SignedMark> signed_as;
  /// Whether the run must be kept.
  bool keeps() const { return !tags.empty() || !signed_as.empty(); }
  bool operator==(const RunMarks&) const = default;
};

/// Nothing is marked when the file is not there. Throws Error(usage) when it is damaged: a run that may be a
/// baseline must not be taken for one that is not.
RunMarks read_marks(const std::filesystem::path& run_folder);

/// Durable when they return; two programs that mark the same run do not lose each other's marks. Block until
/// the other is done. Throw as read_marks, and Error(environment).
void mark_signed(const std::filesystem::path& run_folder, const SignedMark& mark);
void mark_exit_code(const std::filesystem::path& run_folder, int exit_code);
void add_tag(const std::filesystem::path& run_folder, const std::string& tag);
void remove_tag(const std::filesystem::path& run_folder, const std::string& tag);

}  // namespace smx::journal
