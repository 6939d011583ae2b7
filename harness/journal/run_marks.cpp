#include "harness/journal/run_marks.h"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/core/files.h"

namespace smx::journal {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kFile = "marks.json";

json marks_to_json(const RunMarks& marks) {
  json signed_as = json::array();
  for (const auto& s : marks.signed_as)
    signed_as.push_back({{"product", s.product},
                         {"version", s.version},
                         {"when", s.when},
                         {"signer", s.signer},
                         {"bundle", s.bundle}});
  json j = {{"format", 1}, {"tags", marks.tags}, {"signed", std::move(signed_as)}};
  if (marks.exit_code) j["exit_code"] = *marks.exit_code;
  return j;
}

RunMarks marks_from_json(const json& j) {
  RunMarks marks;
  if (j.contains("exit_code")) marks.exit_code = j["exit_code"].get<int>();
  marks.tags = j.at("tags").get<std::vector<std::string>>();
  for (const auto& s : j.at("signed"))
    marks.signed_as.push_back(
        {s.at("product"), s.at("version"), s.at("when"), s.at("signer"), s.at("bundle")});
  return marks;
}

/// The lock is the file's neighbour, because the file itself is replaced.
void change(const fs::path& folder, const std::function<void(RunMarks&)>& with) {
  const auto lock_file = folder / "marks.lock";
  FileLock::try_take(lock_file);  // makes it
  const auto lock = FileLock::wait_for(lock_file);
  auto marks = read_marks(folder);
  with(marks);
  write_file_atomically(folder / kFile, marks_to_json(marks).dump(1) + "\n");
}

}  // namespace

RunMarks read_marks(const fs::path& run_folder) {
  const auto file = run_folder / kFile;
  std::error_code error;
  if (!fs::exists(file, error)) return {};
  const auto text = read_file(file, 1u << 20);
  try {
    const auto j = json::parse(text);
    if (j.at("format") != 1)
      throw Error(ErrorKind::usage, file.string() + " is of format " + j["format"].dump().substr(0, 20) +
                                        "; this version reads 1");
    return marks_from_json(j);
  } catch (const json::exception&) {
    std::throw_with_nested(
        Error(ErrorKind::usage, file.string() +
                                    " is damaged: whether this run is a baseline or signed cannot be told; "
                                    "repair the file, or remove it if the run is neither"));
  }
}

void mark_signed(const fs::path& run_folder, const SignedMark& mark) {
  change(run_folder, [&](RunMarks& marks) { marks.signed_as.push_back(mark); });
}

void mark_exit_code(const fs::path& run_folder, int exit_code) {
  change(run_folder, [&](RunMarks& marks) { marks.exit_code = exit_code; });
}

void add_tag(const fs::path& run_folder, const std::string& tag) {
  change(run_folder, [&](RunMarks& marks) {
    const auto at = std::lower_bound(marks.tags.begin(), marks.tags.end(), tag);
    if (at == marks.tags.end() || *at != tag) marks.tags.insert(at, tag);
  });
}

void remove_tag(const fs::path& run_folder, const std::string& tag) {
  change(run_folder, [&](RunMarks& marks) { std::erase(marks.tags, tag); });
}

}  // namespace smx::journal
