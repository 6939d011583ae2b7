#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <string>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/spec/document.h"
#include "harness/spec/load.h"

namespace smx::spec {

/// A folder of files for one test.
class Files {
 public:
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    const auto path = folder_.path() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  std::filesystem::path path(const std::string& name) const { return folder_.path() / name; }

 private:
  TempDir folder_{std::filesystem::temp_directory_path(), "smx-spec"};
};

/// The message of the usage error that `action` must throw; the folder's path before file names is taken off.
inline std::string refusal(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage) << error.what();
    std::string text = error.what();
    const auto folder = std::filesystem::temp_directory_path().string() + "/smx-spec";
    for (auto at = text.find(folder); at != text.npos; at = text.find(folder))
      text.erase(at, text.find('/', at + folder.size()) + 1 - at);
    return text;
  }
  ADD_FAILURE() << "nothing was refused";
  return "";
}

/// The problems of a text called "f.json" that must not be readable as JSON, or has duplicate keys.
inline std::string problems_of(const std::string& text) {
  Problems problems;
  (void)parse_document("f.json", text, problems);
  return problems.text();
}

/// Two implemented scenarios and one that waits.
inline Catalogue small_catalogue() {
  Catalogue catalogue;
  const auto add = [&](const std::string& id, int row, const std::string& agent) {
    Scenario scenario;
    scenario.id = id;
    scenario.row = row;
    scenario.words = "Words of " + id;
    ScenarioOnTarget on;
    on.agent = agent;
    if (agent.empty()) on.waits_for = "a domain controller";
    scenario.targets[TargetKind::reference_linux] = on;
    catalogue.scenarios.push_back(scenario);
  };
  add("domain-logon", 1, "");
  add("pin-management", 6, "pin-management");
  add("certutil-scinfo", 13, "certutil-scinfo");
  return catalogue;
}

/// Two verifiers, of which one reports two checks.
inline const VerifierChecks kVerifiers{{"signature", {"signature-verified"}},
                                       {"card-restored", {"card-restored", "card-saw-change"}}};

inline const std::set<std::string> kTables{"reference", "windows-7-2008r2"};

}  // namespace smx::spec
