#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "harness/core/files.h"
#include "harness/core/process.h"

// The ready files of packaging/ci and packaging/systemd: what docs/ci.md shows, and what the systems that
// read them would say.

namespace smx::testing {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;

const fs::path kPackaging = fs::path(SMX_SOURCE_DIR) / "packaging";
constexpr std::array kShown = {"ci/Jenkinsfile", "ci/gitlab-ci.yml", "ci/github-nightly.yml",
                               "systemd/safemode-matrix-nightly.service",
                               "systemd/safemode-matrix-nightly.timer"};

CommandResult run_program(std::vector<std::string> argv, const std::string& input = "",
                          const fs::path& cwd = {}) {
  Command c;
  c.argv = std::move(argv);
  c.input = input;
  c.cwd = cwd;
  return run_command(c);
}

/// Python with Debian's packages, whatever else is in PATH. Prints what `expression` makes of the YAML `y`.
CommandResult yaml(const std::string& text, const std::string& expression) {
  return run_program({"/usr/bin/python3", "-c",
                      "import sys, yaml\ny = yaml.safe_load(sys.stdin)\nprint(" + expression + ", end='')"},
                     text);
}

bool has_yaml() {
  return fs::exists("/usr/bin/python3") && run_program({"/usr/bin/python3", "-c", "import yaml"}).ok();
}

TEST(CiFiles, the_page_shows_them_as_they_are) {
  const auto page = read_file(fs::path(SMX_SOURCE_DIR) / "docs/ci.md");
  std::size_t blocks = 0;
  for (auto at = page.find("\n```"); at != std::string::npos; at = page.find("\n```", at + 1)) ++blocks;
  EXPECT_EQ(blocks, 2 * kShown.size());
  for (const auto* file : kShown) {
    const auto heading = "`packaging/" + std::string(file) + "`:\n\n```";
    const auto at = page.find(heading);
    ASSERT_NE(at, std::string::npos) << file;
    const auto begin = page.find('\n', at + heading.size()) + 1;
    EXPECT_EQ(page.substr(begin, page.find("\n```\n", begin) + 1 - begin), read_file(kPackaging / file));
  }
}

TEST(CiFiles, call_the_one_script) {
  for (const auto* file : kShown)
    if (!std::string_view(file).ends_with(".timer")) {
      EXPECT_THAT(read_file(kPackaging / file), HasSubstr("/usr/libexec/safemode-matrix/nightly ")) << file;
    }
}

TEST(CiFiles, gitlab_warns_of_what_is_no_failure_and_keeps_artifacts) {
  if (!has_yaml()) GTEST_SKIP() << "python3-yaml is not installed";
  const auto text = read_file(kPackaging / "ci/gitlab-ci.yml");
  const std::string job = "y['safemode-matrix']";
  EXPECT_EQ(yaml(text, job + "['allow_failure']['exit_codes']").out, "[4, 5]");
  EXPECT_EQ(yaml(text, job + "['retry']['exit_codes']").out, "[130, 143]");
  EXPECT_EQ(yaml(text, job + "['artifacts']['when']").out, "always");
  EXPECT_EQ(yaml(text, job + "['artifacts']['reports']['codequality']").out, "nightly/gitlab.json");
  EXPECT_FALSE(yaml("a: [", "y").ok()) << "what is no YAML is found";
}

/// The shell of GitHub's step, run as GitHub does it, with a nightly that ends with a code.
CommandResult github_step(const std::string& script, int code) {
  const TempDir dir("/tmp", "smx-ci-");
  write_file_atomically(dir.path() / "nightly-stub",
                        "#!/bin/sh\necho '::error::said by a guest'\nexit " + std::to_string(code) + "\n",
                        0755);
  auto shell = script;
  const std::string real = "/usr/libexec/safemode-matrix/nightly";
  shell.replace(shell.find(real), real.size(), "./nightly-stub");
  return run_program({"/bin/bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", shell}, "",
                     dir.path());
}

TEST(CiFiles, github_maps_exit_codes_and_keeps_guests_from_commands) {
  if (!has_yaml()) GTEST_SKIP() << "python3-yaml is not installed";
  const auto text = read_file(kPackaging / "ci/github-nightly.yml");
  const auto script = yaml(text, "y['jobs']['matrix']['steps'][2]['run']").out;
  for (const int code : {0, 1, 2, 3, 4, 5, 70, 130, 143}) {
    const auto r = github_step(script, code);
    const bool warning = code == 4 || code == 5;
    EXPECT_EQ(r.exit_code, warning ? 0 : code);
    const auto after = r.out.rfind(code == 0 ? "::\n" : warning ? "::warning::" : "::error::");
    ASSERT_NE(after, std::string::npos) << r.out;
    const auto stop = r.out.find("::stop-commands::"), said = r.out.find("::error::said by a guest");
    ASSERT_NE(stop, std::string::npos);
    const auto token = r.out.substr(stop + 17, r.out.find('\n', stop) - stop - 17);
    EXPECT_GE(token.size(), 32u);
    const auto go_on = r.out.find("\n::" + token + "::\n");
    EXPECT_TRUE(stop < said && said < go_on && go_on < after + 2) << r.out;
  }
}

TEST(CiFiles, github_publishes_after_a_failure_too) {
  if (!has_yaml()) GTEST_SKIP() << "python3-yaml is not installed";
  const auto text = read_file(kPackaging / "ci/github-nightly.yml");
  EXPECT_EQ(yaml(text, "[s.get('if') for s in y['jobs']['matrix']['steps'][3:]]").out,
            "['always()', 'always()']");
}

class UnitsTest : public ::testing::Test {
 protected:
  /// What systemd says of the two units, whose script is where it is here.
  CommandResult verify(const std::string& more) const {
    auto service = read_file(kPackaging / "systemd/safemode-matrix-nightly.service");
    const std::string real = "/usr/libexec/safemode-matrix/nightly";
    service.replace(service.find("ExecStart=" + real) + 10, real.size(),
                    (kPackaging / "safemode-matrix-nightly").string());
    write_file_atomically(dir.path() / "safemode-matrix-nightly.service", service + more);
    fs::copy_file(kPackaging / "systemd/safemode-matrix-nightly.timer",
                  dir.path() / "safemode-matrix-nightly.timer", fs::copy_options::overwrite_existing);
    return run_program({"systemd-analyze", "verify", "--man=no",
                        (dir.path() / "safemode-matrix-nightly.service").string(),
                        (dir.path() / "safemode-matrix-nightly.timer").string()});
  }
  TempDir dir{"/tmp", "smx-units-"};
};

TEST_F(UnitsTest, are_what_systemd_takes) {
  if (!find_program("systemd-analyze")) GTEST_SKIP() << "systemd-analyze is not installed";
  const auto good = verify("");
  EXPECT_TRUE(good.ok()) << good.err;
  EXPECT_EQ(good.err, "");
  EXPECT_FALSE(verify("Type=nonsense\nRestart=perhaps\nExecStart=relative\n").err.empty());
}

TEST(NightlyScript, is_what_shellcheck_takes) {
  if (!find_program("shellcheck")) GTEST_SKIP() << "shellcheck is not installed";
  const auto r = run_program({"shellcheck", (kPackaging / "safemode-matrix-nightly").string()});
  EXPECT_TRUE(r.ok()) << r.out;
  EXPECT_FALSE(run_program({"shellcheck", "-s", "bash", "-"}, "rm $1/*\n").ok());
}

}  // namespace
}  // namespace smx::testing
