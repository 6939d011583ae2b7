#include "harness/signoff/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "reports/common/evidence_folder.h"
#include "reports/signoff/sign_off_json.h"

namespace smx::signoff {
namespace {

using nlohmann::json;

constexpr int kNesting = 6;
constexpr std::size_t kPathLimit = 1024;

[[noreturn]] void no_manifest(const std::string& why) {
  throw Error(ErrorKind::usage, std::string(kManifestFile) + " is not a manifest of a sign-off: " + why);
}

/// For a message: whatever stands in a manifest is not to be trusted.
std::string shown_path(std::string_view text) {
  return "\"" + one_line(text, 200) + "\"";
}

std::string dumped(const json& j) {
  return j.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

json parse_json(std::string_view text) {
  if (text.size() > kManifestLimit) no_manifest(fmt::format("it is larger than {} bytes", kManifestLimit));
  try {
    auto j = json::parse(text, [](int depth, json::parse_event_t, json&) {
      if (depth > kNesting) no_manifest("it is nested too deeply");
      return true;
    });
    if (dumped(j) != text) no_manifest("it is not in the one form that this program writes");
    return j;
  } catch (const json::exception&) {
    no_manifest("it is not JSON");
  }
}

FileEntry file_of(const json& j) {
  FileEntry entry{j.at("path").get<std::string>(), j.at("sha256").get<std::string>(), 0};
  if (!is_bundle_path(entry.path)) no_manifest(shown_path(entry.path) + " is not a path inside a bundle");
  if (!is_sha256(entry.sha256)) no_manifest("the hash of " + shown_path(entry.path) + " is not a SHA-256");
  const auto& size = j.at("size");
  if (!size.is_number_unsigned() || size.get<std::uint64_t>() > kFileSizeLimit)
    no_manifest("the size of " + shown_path(entry.path) + " is not valid");
  entry.size = size.get<std::uint64_t>();
  return entry;
}

std::vector<FileEntry> files_of(const json& list) {
  if (!list.is_array() || list.size() > kFilesLimit)
    no_manifest(fmt::format("its files are not a list of at most {}", kFilesLimit));
  std::vector<FileEntry> files;
  std::set<std::string> paths;
  for (const auto& item : list) {
    files.push_back(file_of(item));
    if (!paths.insert(files.back().path).second)
      no_manifest(shown_path(files.back().path) + " is there twice");
  }
  return files;
}

Subject subject_of(const json& j) {
  return {j.at("kind").get<std::string>(), j.at("name").get<std::string>(), j.value("sha256", std::string()),
          j.value("id", std::string())};
}

}  // namespace

std::string manifest_text(const Manifest& m) {
  json files = json::array();
  for (const auto& f : m.files) files.push_back({{"path", f.path}, {"sha256", f.sha256}, {"size", f.size}});
  json subjects = json::array();
  for (const auto& s : m.subjects) subjects.push_back(to_json(s));
  return dumped({{"format", 1},
                 {"product", m.product},
                 {"version", m.version},
                 {"run", m.run},
                 {"signed_at", m.signed_at},
                 {"signer", {{"subject", m.signer}, {"fingerprint_sha256", m.fingerprint}}},
                 {"files", std::move(files)},
                 {"subjects", std::move(subjects)}});
}

Manifest parse_manifest(std::string_view text) {
  const auto j = parse_json(text);
  try {
    if (j.at("format") != 1) no_manifest("it is of a format that this version does not read");
    Manifest m;
    m.product = j.at("product").get<std::string>();
    m.version = j.at("version").get<std::string>();
    m.run = j.at("run").get<std::string>();
    m.signed_at = j.at("signed_at").get<std::string>();
    m.signer = j.at("signer").at("subject").get<std::string>();
    m.fingerprint = j.at("signer").at("fingerprint_sha256").get<std::string>();
    m.files = files_of(j.at("files"));
    if (!j.at("subjects").is_array()) no_manifest("its subjects are not a list");
    for (const auto& subject : j.at("subjects")) m.subjects.push_back(subject_of(subject));
    return m;
  } catch (const json::exception&) {
    no_manifest("a key is missing, or of another type");
  }
}

bool is_bundle_path(std::string_view path) {
  if (path.empty() || path.size() > kPathLimit || path == kManifestFile || path == kSignatureFile)
    return false;
  if (one_line(path, kPathLimit) != path) return false;
  std::size_t parts = 0;
  for (std::size_t from = 0; from <= path.size(); ++parts) {
    const auto to = std::min(path.find('/', from), path.size());
    const auto part = path.substr(from, to - from);
    if (part.empty() || part == "." || part == "..") return false;
    from = to + 1;
  }
  return parts <= kDepthLimit;
}

}  // namespace smx::signoff
