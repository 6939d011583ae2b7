#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>

#include "harness/core/files.h"
#include "harness/core/process.h"

// What `cmake --install` puts somewhere works there, without the build tree.

namespace smx {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class InstallationTest : public testing::Test {
 protected:
  /// Below `destdir`, as packages are made; `prefix` is where it says it is.
  void install(const std::string& prefix) {
    Command c;
    c.argv = {SMX_CMAKE, "--install", SMX_BUILD, "--prefix", prefix, "--strip"};
    c.env = {{"DESTDIR", dir.path().string()}};
    c.time_limit = std::chrono::minutes(4);
    const auto r = run_command(c);
    ASSERT_TRUE(r.ok()) << r.out << r.err;
    root = dir.path() / prefix.substr(1);
  }
  CommandResult run(const std::vector<std::string>& arguments) const {
    Command c;
    c.argv = {(root / "bin/safemode-matrix").string()};
    c.argv.insert(c.argv.end(), arguments.begin(), arguments.end());
    c.env = {{"XDG_STATE_HOME", (dir.path() / "state").string()},
             {"XDG_CACHE_HOME", (dir.path() / "cache").string()},
             {"SMX_RUNTIME_DIR", (dir.path() / "r").string()},
             {"NO_COLOR", "1"}};
    c.cwd = dir.path();
    return run_command(c);
  }
  CommandResult run_well(const std::vector<std::string>& arguments) const {
    auto r = run(arguments);
    EXPECT_EQ(r.exit_code, 0) << r.out << r.err;
    EXPECT_THAT(r.out + r.err, Not(HasSubstr(SMX_BUILD)));
    return r;
  }
  std::string installed(const fs::path& file) const { return read_file(root / file); }

  TempDir dir{"/tmp", "smx-install-"};
  fs::path root;
};

/// What is in `from` and not, or not the same, in `to`.
std::vector<std::string> missing(const fs::path& from, const fs::path& to) {
  std::vector<std::string> names;
  for (const auto& entry :
       fs::recursive_directory_iterator(from, fs::directory_options::follow_directory_symlink)) {
    if (!entry.is_regular_file()) continue;
    const auto file = to / entry.path().lexically_relative(from);
    // Programs are stripped on the way; sources stand among the templates they belong to.
    if (entry.path().extension() == ".cpp" || entry.path().extension() == ".h") continue;
    const bool data = entry.path().extension() == ".json" || entry.path().extension() == ".tpl";
    if (!fs::is_regular_file(file) || (data && read_file(file) != read_file(entry.path())))
      names.push_back(entry.path().lexically_relative(from).string());
  }
  return names;
}

TEST_F(InstallationTest, has_all_that_the_build_tree_runs_with) {
  install("/opt/smx");
  EXPECT_THAT(missing(fs::path(SMX_BUILD) / "share/safemode-matrix", root / "share/safemode-matrix"),
              IsEmpty());
  EXPECT_THAT(missing(fs::path(SMX_BUILD) / "libexec/safemode-matrix", root / "libexec/safemode-matrix"),
              IsEmpty());
  for (const auto* file :
       {"share/man/man1/safemode-matrix.1.gz", "share/man/man1/safemode-matrix-card-create.1.gz",
        "share/bash-completion/completions/safemode-matrix", "share/doc/safemode-matrix/copyright",
        "share/doc/safemode-matrix/CHANGELOG.md", "share/doc/safemode-matrix/formats.md",
        "share/doc/safemode-matrix/examples/Jenkinsfile", "lib/systemd/system/safemode-matrix-nightly.timer"})
    EXPECT_TRUE(fs::is_regular_file(root / file)) << file;
  for (const auto* program : {"bin/safemode-matrix", "libexec/safemode-matrix/nightly"})
    EXPECT_EQ(fs::status(root / program).permissions() & fs::perms::all, fs::perms{0755}) << program;
  // The check is one: what is taken away is missed.
  fs::remove(root / "share/safemode-matrix/support/reference.json");
  EXPECT_THAT(missing(fs::path(SMX_BUILD) / "share/safemode-matrix", root / "share/safemode-matrix"),
              testing::Contains("support/reference.json"));
}

TEST_F(InstallationTest, works_from_wherever_it_is) {
  install("/opt/smx");
  fs::rename(root, dir.path() / "elsewhere");
  root = dir.path() / "elsewhere";
  EXPECT_EQ(run_well({"--version"}).out, "safemode-matrix " SMX_VERSION "\n");
  EXPECT_THAT(run_well({"plan"}).out, HasSubstr("matrix reference: "));
  EXPECT_THAT(run_well({"plan", "reference-wine"}).out, HasSubstr("matrix reference-wine: "));
  EXPECT_THAT(run_well({"support-table", "show"}).out, HasSubstr("Certificate propagation"));
  const auto checks = nlohmann::json::parse(run({"doctor", "--json"}).out);
  const auto agent = std::find_if(checks.begin(), checks.end(),
                                  [](const auto& check) { return check["name"] == "guest agent"; });
  ASSERT_NE(agent, checks.end());
  EXPECT_TRUE((*agent)["ok"]);
  EXPECT_EQ((*agent)["message"], (root / "libexec/safemode-matrix/agent-linux-x86_64").string());
}

TEST_F(InstallationTest, reports_with_its_own_templates) {
  install("/usr/local");
  const auto run_folder = dir.path() / "run";
  fs::create_directories(run_folder);
  {
    SQLite::Database db((run_folder / "journal.db").string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    db.exec(read_file(SMX_SOURCE_DIR "/tests/data/journals/2026-11-24.sql"));
  }
  EXPECT_THAT(run_well({"report", run_folder.string(), "--format", "html"}).out, HasSubstr("</html>"));
  fs::remove(root / "share/safemode-matrix/html/report.tpl");
  EXPECT_NE(run({"report", run_folder.string(), "--format", "html"}).exit_code, 0);
}

TEST_F(InstallationTest, names_programs_and_pages_where_they_are) {
  install("/opt/smx");
  const auto unit = installed("lib/systemd/system/safemode-matrix-nightly.service");
  EXPECT_THAT(unit, HasSubstr("ExecStart=/opt/smx/libexec/safemode-matrix/nightly "));
  EXPECT_THAT(unit, HasSubstr("Documentation=file:///opt/smx/share/doc/safemode-matrix/ci.md"));
  EXPECT_THAT(unit, Not(HasSubstr("/usr/")));
  // The README stands among the pages there.
  const auto readme = installed("share/doc/safemode-matrix/README.md");
  EXPECT_THAT(readme, HasSubstr("](lab.md)"));
  EXPECT_THAT(readme, Not(HasSubstr("](docs/")));
}

TEST_F(InstallationTest, has_what_the_pages_link_to) {
  install("/opt/smx");
  const auto folder = root / "share/doc/safemode-matrix";
  const std::regex link(R"(\]\(([A-Za-z0-9_./-]+\.(md|png))(#[^)]*)?\))");
  for (const auto* page : {"README.md", "CONTRIBUTING.md"}) {
    const auto text = read_file(folder / page);
    std::sregex_iterator found(text.begin(), text.end(), link);
    EXPECT_NE(found, std::sregex_iterator()) << page;
    for (; found != std::sregex_iterator(); ++found) {
      EXPECT_TRUE(fs::is_regular_file(folder / (*found)[1].str())) << page << " links to " << (*found)[1];
    }
  }
  EXPECT_TRUE(fs::is_regular_file(folder / "report.png"));
}

}  // namespace
}  // namespace smx
