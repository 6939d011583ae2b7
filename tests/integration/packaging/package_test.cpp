#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <sstream>

#include "harness/core/files.h"
#include "harness/core/process.h"

// The Debian package, as dpkg-deb sees it.

namespace smx {
namespace {

namespace fs = std::filesystem;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

std::string output(const std::vector<std::string>& argv) {
  Command c;
  c.argv = argv;
  c.time_limit = std::chrono::minutes(4);
  c.env = {{"LC_ALL", "C.UTF-8"}, {"TZ", "UTC"}};
  const auto r = run_command(c);
  EXPECT_TRUE(r.ok()) << r.out << r.err;
  return r.out;
}

class PackageTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const auto* program : {"dpkg-deb", "dpkg-shlibdeps", "file", "readelf"})
      if (!find_program(program)) GTEST_SKIP() << "there is no " << program << " here";
    // Packing well takes a minute, and is not what is asked here.
    // Whatever the packager's mask is.
    const auto mask = ::umask(077);
    output({SMX_CPACK, "-G", "DEB", "--config", SMX_BUILD "/CPackConfig.cmake", "-B", dir.path().string(),
            "-D", "CPACK_DEBIAN_COMPRESSION_TYPE=zstd"});
    ::umask(mask);
    auto architecture = output({"dpkg", "--print-architecture"});
    architecture.pop_back();
    package = dir.path() / ("safemode-matrix_" SMX_VERSION "_" + architecture + ".deb");
    ASSERT_TRUE(fs::exists(package));
  }
  std::string field(const std::string& name) const {
    return output({"dpkg-deb", "--field", package.string(), name});
  }

  TempDir dir{"/tmp", "smx-package-"};
  fs::path package;
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST_F(PackageTest, depends_on_what_the_scripts_install_and_its_libraries) {
  EXPECT_EQ(field("Package"), "safemode-matrix\n");
  EXPECT_EQ(field("Version"), SMX_VERSION "\n");
  const auto depends = ", " + field("Depends");
  std::istringstream needed(
      output({"bash", "-c", ". " SMX_SOURCE_DIR "/scripts/lib.sh; printf %s \"$packages_run\""}));
  std::size_t count = 0;
  for (std::string name; needed >> name; ++count) EXPECT_THAT(depends, HasSubstr(", " + name));
  EXPECT_GT(count, 5u);
  for (const auto* library : {", libvirt0 (>= ", ", libc6 (>= ", ", libhivex0 ", ", libkrb5-3 "})
    EXPECT_THAT(depends, HasSubstr(library));
  EXPECT_THAT(field("Recommends"), HasSubstr("weasyprint"));
  EXPECT_THAT(field("Recommends"), HasSubstr("opensc"));
  const auto description = lines_of(field("Description"));
  EXPECT_LE(description.at(0).size(), 80u);
  for (const auto& line : description) EXPECT_LE(line.size(), 81u) << line;
  // No scripts, and no configuration of its own.
  EXPECT_EQ(output({"bash", "-c", "dpkg-deb --ctrl-tarfile '" + package.string() + "' | tar -t | sort"}),
            "./control\n./md5sums\n");
}

TEST_F(PackageTest, holds_stripped_programs_below_usr_that_only_root_can_change) {
  const auto contents = lines_of(output({"dpkg-deb", "--contents", package.string()}));
  std::string all;
  for (const auto& line : contents) {
    EXPECT_THAT(line, ContainsRegex(R"(^(d|-)rw(x|-)r-(x|-)r-(x|-) root/root .* \./(usr/.*)?$)"));
    all += line.substr(line.find("./")) + "\n";
  }
  for (const auto* file :
       {"./usr/bin/safemode-matrix\n", "./usr/libexec/safemode-matrix/agent-linux-x86_64\n",
        "./usr/libexec/safemode-matrix/kdc-witness.so\n", "./usr/libexec/safemode-matrix/nightly\n",
        "./usr/share/safemode-matrix/schema/matrix.schema.json\n",
        "./usr/share/safemode-matrix/html/report.tpl\n", "./usr/share/man/man1/safemode-matrix-run.1.gz\n",
        "./usr/share/bash-completion/completions/safemode-matrix\n",
        "./usr/share/doc/safemode-matrix/copyright\n",
        "./usr/lib/systemd/system/safemode-matrix-nightly.service\n"})
    EXPECT_THAT(all, HasSubstr(file));
  output({"dpkg-deb", "--extract", package.string(), (dir.path() / "x").string()});
  for (const auto* program : {"usr/bin/safemode-matrix", "usr/libexec/safemode-matrix/kdc-witness.so"})
    EXPECT_THAT(output({"readelf", "--section-headers", "--wide", (dir.path() / "x" / program).string()}),
                Not(HasSubstr(" .symtab ")))
        << program;
  EXPECT_THAT(output({"readelf", "--section-headers", "--wide", SMX_BUILD "/bin/safemode-matrix"}),
              HasSubstr(" .symtab "));
  const auto unit = read_file(dir.path() / "x/usr/lib/systemd/system/safemode-matrix-nightly.service");
  EXPECT_THAT(unit, HasSubstr("ExecStart=/usr/libexec/safemode-matrix/nightly "));
}

}  // namespace
}  // namespace smx
