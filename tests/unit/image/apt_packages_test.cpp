#include "vm/image/apt_packages.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "harness/core/files.h"
#include "tests/unit/image/error_matcher.h"
#include "vm/image/guest_files.h"

namespace smx::vm {
namespace {

using test::error_of;
using testing::ElementsAre;
using testing::HasSubstr;

/// An apt-get in front of PATH that does what its script says, and notes how it was called.
class FakeApt : public testing::Test {
 protected:
  FakeApt() {
    const char* path = std::getenv("PATH");
    old_path = path ? path : "";
    program("apt-config", "echo 'Acquire::Retries \"1\";'");
    program("dpkg-deb", "exit 0");
    ::setenv("PATH", (bin + ":" + old_path).c_str(), 1);
  }
  ~FakeApt() override { ::setenv("PATH", old_path.c_str(), 1); }

  void program(const std::string& name, const std::string& script) {
    write_build_file(std::filesystem::path(bin) / name, "#!/bin/sh\n" + script + "\n", true);
  }
  void apt_get(const std::string& script) {
    program("apt-get", "echo \"$*\" >>" + calls.string() + "\n" + script);
  }
  AptPackages packages(const std::string& release = "") {
    return AptPackages(
        folder, release, {"udev"}, [this](const std::string& line) { said.push_back(line); }, cancel);
  }

  TempDir temp{testing::TempDir(), "apt-"};
  const std::string bin = temp.path() / "bin";
  const std::filesystem::path folder = temp.path() / "apt", calls = temp.path() / "calls";
  std::string old_path;
  std::vector<std::string> said;
  CancelToken cancel;
};

TEST_F(FakeApt, fetches_lists_once_a_day) {
  apt_get("exit 0");
  packages().refresh();
  const auto first = read_file(calls);
  EXPECT_THAT(first, HasSubstr("update"));
  packages().refresh();
  EXPECT_EQ(read_file(calls), first);
  std::filesystem::last_write_time(folder / "refreshed",
                                   std::filesystem::file_time_type::clock::now() - std::chrono::hours(25));
  packages().refresh();
  EXPECT_GT(read_file(calls).size(), first.size());
}

TEST_F(FakeApt, without_lists_and_network_says_what_apt_says) {
  apt_get("echo 'W: noise' >&2; echo 'E: Failed to fetch the list' >&2; exit 100");
  auto apt = packages();
  const auto message = error_of([&] { apt.refresh(); });
  EXPECT_THAT(message, HasSubstr("environment: Debian's package lists cannot be fetched"));
  EXPECT_THAT(message, HasSubstr("Failed to fetch the list"));
  EXPECT_THAT(message, testing::Not(HasSubstr("noise")));
}

TEST_F(FakeApt, asks_the_machines_mirrors_for_another_release) {
  program("apt-config", "echo 'APT::Default-Release \"bookworm\";'; echo 'Dir \"" + temp.path().string() +
                            "\";'; echo 'Dir::Etc \"etc\";'; echo 'Dir::Etc::sourcelist \"sources.list\";'");
  write_build_file(temp.path() / "etc/sources.list", "deb http://mirror.test/debian stable main\n");
  apt_get("exit 0");
  packages("trixie").refresh();
  EXPECT_EQ(read_file(folder / "sources/machine.list"), "deb http://mirror.test/debian trixie main\n");
  const auto configuration = read_file(folder / "apt.conf");
  EXPECT_THAT(configuration, HasSubstr("Dir::Etc::sourceparts \"" + folder.string() + "/sources/\";"));
  EXPECT_THAT(configuration, testing::Not(HasSubstr("Default-Release")));
  EXPECT_THAT(said.front(), HasSubstr("trixie"));
}

TEST_F(FakeApt, says_that_mirror_or_keyring_may_lack_the_other_release) {
  program("apt-config", "echo 'Dir \"" + temp.path().string() +
                            "\";'; echo 'Dir::Etc \"etc\";'; echo 'Dir::Etc::sourcelist \"sources.list\";'");
  write_build_file(temp.path() / "etc/sources.list", "deb http://mirror.test/debian stable main\n");
  apt_get(
      "echo \"E: The repository 'http://mirror.test/debian trixie Release' is not signed.\" >&2; exit 100");
  auto apt = packages("trixie");
  const auto message = error_of([&] { apt.refresh(); });
  EXPECT_THAT(message, HasSubstr("is not signed"));
  EXPECT_THAT(message, HasSubstr("do their mirrors carry the release trixie"));
  EXPECT_THAT(message, HasSubstr("debian-archive-keyring) know trixie's keys?"));
}

TEST_F(FakeApt, goes_on_with_old_lists_and_says_so) {
  apt_get("echo 'E: no network' >&2; exit 100");
  auto apt = packages();
  write_build_file(folder / "lists/debian_bookworm_Packages", "");
  apt.refresh();
  EXPECT_THAT(said.back(), HasSubstr("no network"));
  EXPECT_FALSE(std::filesystem::exists(folder / "refreshed"));
}

TEST_F(FakeApt, resolves_with_its_own_configuration) {
  apt_get("[ \"$APT_CONFIG\" = " + (folder / "apt.conf").string() +
          " ] && echo 'Inst pcscd (1.9.9-2 Debian:12 [amd64])'");
  EXPECT_THAT(packages().resolve({"pcscd"}), ElementsAre(DebianPackage{"pcscd", "1.9.9-2", "amd64"}));
  EXPECT_THAT(read_file(calls), HasSubstr("--simulate"));
}

TEST_F(FakeApt, that_cannot_resolve_is_an_error) {
  apt_get("echo 'E: Unable to locate package pcscd' >&2; exit 100");
  EXPECT_THAT(error_of([&] { packages().resolve({"pcscd"}); }), HasSubstr("Unable to locate package pcscd"));
}

TEST_F(FakeApt, downloads_only_what_is_missing_in_the_version_asked_for) {
  apt_get("touch " + (folder / "archives/b_2_amd64.deb").string());
  auto apt = packages();
  write_build_file(folder / "archives/a_1_amd64.deb", "");
  const auto files = apt.download({{"a", "1", "amd64"}, {"b", "2", "amd64"}});
  EXPECT_THAT(files, ElementsAre(folder / "archives/a_1_amd64.deb", folder / "archives/b_2_amd64.deb"));
  EXPECT_THAT(read_file(calls), HasSubstr("b=2"));
  EXPECT_THAT(read_file(calls), testing::Not(HasSubstr("a=1")));
}

TEST_F(FakeApt, that_downloads_nothing_is_an_error) {
  apt_get("exit 0");
  EXPECT_THAT(error_of([&] { packages().download({{"a", "1", "amd64"}}); }), HasSubstr("no a_1_amd64.deb"));
}

TEST_F(FakeApt, that_is_cancelled_ends) {
  apt_get("exit 0");
  auto apt = packages();
  cancel.cancel();
  EXPECT_THROW(apt.resolve({"pcscd"}), Cancelled);
}

}  // namespace
}  // namespace smx::vm
