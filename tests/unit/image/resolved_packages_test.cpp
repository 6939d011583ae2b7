#include "vm/image/resolved_packages.h"

#include <gmock/gmock.h>

#include "tests/unit/image/error_matcher.h"

namespace smx::vm {
namespace {

using test::error_of;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(ParseSimulation, gives_the_packages_sorted) {
  const auto packages = parse_simulation(
      "Reading package lists...\n"
      "Inst pcscd (1.9.9-2 Debian:12.9/stable [amd64])\n"
      "Inst busybox-static (1:1.35.0-4+b1 Debian:12.9/stable, Debian-Security:12/stable-security [amd64]) "
      "[]\n"
      "Inst gcc-12-base (12.2.0-14+deb12u1 Debian:12.9/stable [all]) [a:amd64 b:amd64 ]\n"
      "Conf pcscd (1.9.9-2 Debian:12.9/stable [amd64])\n");
  EXPECT_THAT(packages, ElementsAre(DebianPackage{"busybox-static", "1:1.35.0-4+b1", "amd64"},
                                    DebianPackage{"gcc-12-base", "12.2.0-14+deb12u1", "all"},
                                    DebianPackage{"pcscd", "1.9.9-2", "amd64"}));
}

TEST(ParseSimulation, refuses_lines_of_another_shape) {
  for (const auto* line :
       {"Inst", "Inst ", "Inst pcscd", "Inst pcscd (1.0)", "Inst ../etc (1.0 Debian [amd64])",
        "Inst pcscd (1/../0 Debian [amd64])", "Inst pcscd [1.0] (1.1 Debian [amd64])"}) {
    const auto text = std::string(line) + "\n";
    if (std::string(line) == "Inst") {
      EXPECT_TRUE(parse_simulation(text).empty());
    } else {
      EXPECT_THAT(error_of([&] { parse_simulation(text); }), HasSubstr("cannot be understood")) << line;
    }
  }
}

TEST(DebianPackage, has_the_file_name_that_apt_gives_it) {
  EXPECT_EQ((DebianPackage{"busybox-static", "1:1.35.0-4+b1", "amd64"}.file_name()),
            "busybox-static_1%3a1.35.0-4+b1_amd64.deb");
}

TEST(KernelPackage, is_the_one_with_a_version_in_its_name) {
  const std::vector<DebianPackage> packages{{"libc6", "2.36", "amd64"},
                                            {"linux-image-6.1.0-30-amd64", "6.1.124-1", "amd64"},
                                            {"linux-image-amd64", "6.1.124-1", "amd64"}};
  EXPECT_EQ(kernel_package(packages).name, "linux-image-6.1.0-30-amd64");
}

TEST(KernelPackage, that_is_missing_is_an_error) {
  EXPECT_THAT(error_of([] {
                kernel_package({{"linux-image-amd64", "6.1", "amd64"}, {"linux-image-", "1", "all"}});
              }),
              HasSubstr("environment: "));
}

}  // namespace
}  // namespace smx::vm
