#include "vm/image/apt_sources.h"

#include <gmock/gmock.h>

#include "harness/core/files.h"
#include "tests/unit/image/error_matcher.h"
#include "vm/image/guest_files.h"

namespace smx::vm {
namespace {

using test::error_of;
using testing::HasSubstr;
using testing::Not;

std::string one_line(const std::string& text) {
  return for_release({text, ""}, "bookworm", "trixie").one_line;
}
std::string deb822(const std::string& text) {
  return for_release({"", text}, "bookworm", "trixie").deb822;
}

TEST(OneLineSources, change_only_the_releases_name) {
  EXPECT_EQ(one_line("deb http://mirror.test/debian bookworm main contrib\n"),
            "deb http://mirror.test/debian trixie main contrib\n");
  EXPECT_EQ(one_line("deb http://mirror.test/debian bookworm-updates main\n"),
            "deb http://mirror.test/debian trixie-updates main\n");
  EXPECT_EQ(one_line("deb http://mirror.test/debian-security bookworm-security main\n"),
            "deb http://mirror.test/debian-security trixie-security main\n");
  EXPECT_EQ(one_line("deb http://mirror.test/debian-security bookworm/updates main\n"),
            "deb http://mirror.test/debian-security trixie-security main\n");
  EXPECT_EQ(one_line("deb http://mirror.test/debian stable main\n"),
            "deb http://mirror.test/debian trixie main\n");
}

TEST(OneLineSources, keep_options_and_keyring) {
  EXPECT_EQ(
      one_line("deb [ arch=amd64 signed-by=/k/debian.gpg ]  http://mirror.test/debian bookworm main # x\n"),
      "deb [ arch=amd64 signed-by=/k/debian.gpg ] http://mirror.test/debian trixie main\n");
  EXPECT_EQ(one_line("deb [trusted=no] http://mirror.test/debian bookworm main\n"),
            "deb [trusted=no] http://mirror.test/debian trixie main\n");
}

TEST(OneLineSources, leave_out_what_is_no_source_of_the_machines_release) {
  EXPECT_EQ(one_line("deb-src http://mirror.test/debian bookworm main\n"
                     "# deb http://mirror.test/debian bookworm main\n"
                     "deb http://vendor.test/apt sdk-bookworm main\n"
                     "deb http://vendor.test/apt bookworm-backports main\n"
                     "deb http://vendor.test/apt ./\n"
                     "deb\ndeb [\ndeb [a\ndeb http://vendor.test/apt\n\n"),
            "");
}

TEST(Deb822Sources, change_only_the_suites) {
  EXPECT_EQ(deb822("Types: deb deb-src\n"
                   "# a remark\n"
                   "URIs: http://mirror.test/debian\n"
                   "Suites: bookworm bookworm-updates bookworm-backports\n"
                   "Components: main\n"
                   "Signed-By:\n"
                   " -----BEGIN PGP PUBLIC KEY BLOCK-----\n"
                   " .\n"
                   " abc\n"),
            "Types: deb\n"
            "URIs: http://mirror.test/debian\n"
            "Suites: trixie trixie-updates\n"
            "Components: main\n"
            "Signed-By:\n"
            " -----BEGIN PGP PUBLIC KEY BLOCK-----\n"
            " .\n"
            " abc\n\n");
}

TEST(Deb822Sources, leave_out_what_is_no_source_of_the_machines_release) {
  EXPECT_EQ(deb822("Types: deb-src\nURIs: http://mirror.test/debian\nSuites: bookworm\nComponents: main\n\n"
                   "Types: deb\nURIs: http://vendor.test/apt\nSuites: nodistro\nComponents: main\n\n"
                   "Enabled: no\nTypes: deb\nURIs: http://mirror.test/debian\nSuites: bookworm\n\n\n"
                   "Types: deb\nURIs: http://vendor.test/apt\n"),
            "");
  EXPECT_THAT(deb822("types: deb\nsuites: bookworm\n\nTypes: deb\nSuites: none\n"),
              HasSubstr("Suites: trixie\n"));
}

class MachineSources : public testing::Test {
 protected:
  SourceLists sources() {
    return sources_of_release("Dir \"" + temp.path().string() +
                                  "\";\nDir::Etc \"etc/apt\";\nDir::Etc::sourcelist \"sources.list\";\n"
                                  "Dir::Etc::sourceparts \"sources.list.d\";\n",
                              temp.path() / "os-release", "trixie");
  }
  void put(const std::string& path, const std::string& text) { write_build_file(temp.path() / path, text); }

  TempDir temp{testing::TempDir(), "sources-"};
};

TEST_F(MachineSources, are_read_from_all_of_apts_files) {
  put("os-release", "ID=debian\nVERSION_CODENAME=\"bookworm\"\n");
  put("etc/apt/sources.list", "deb http://a.test/debian bookworm main");
  put("etc/apt/sources.list.d/b.list", "deb http://b.test/debian bookworm main");
  put("etc/apt/sources.list.d/c.sources", "Types: deb\nURIs: http://c.test/debian\nSuites: bookworm");
  put("etc/apt/sources.list.d/d.sources", "Types: deb\nURIs: http://d.test/debian\nSuites: bookworm");
  put("etc/apt/sources.list.d/e.list.save", "deb http://e.test/debian bookworm main");
  const auto lists = sources();
  EXPECT_EQ(lists.one_line, "deb http://a.test/debian trixie main\ndeb http://b.test/debian trixie main\n");
  EXPECT_THAT(lists.deb822, HasSubstr("http://c.test/debian"));
  EXPECT_THAT(lists.deb822, HasSubstr("http://d.test/debian"));
  EXPECT_THAT(lists.deb822, Not(HasSubstr("bookworm")));
  write_sources(temp.path() / "out", lists);
  EXPECT_EQ(read_file(temp.path() / "out/machine.list"), lists.one_line);
  EXPECT_EQ(read_file(temp.path() / "out/machine.sources"), lists.deb822);
}

TEST_F(MachineSources, without_one_of_debian_say_what_is_missing) {
  put("os-release", "VERSION_CODENAME=jammy\n");
  put("etc/apt/sources.list", "deb http://vendor.test/apt nodistro main\n");
  const auto message = error_of([&] { sources(); });
  EXPECT_THAT(message, HasSubstr("environment: "));
  EXPECT_THAT(message, HasSubstr("none of its sources (/etc/apt) is for its release \"jammy\""));
  EXPECT_THAT(message, HasSubstr("add a source of trixie"));
}

}  // namespace
}  // namespace smx::vm
