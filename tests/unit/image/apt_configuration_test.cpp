#include "vm/image/apt_configuration.h"

#include <gmock/gmock.h>

namespace smx::vm {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(AptConfiguration, keeps_the_machines_proxy_and_drops_its_hooks) {
  const auto text = apt_configuration(
      "Acquire::http::Proxy \"http://proxy.test:3128\";\n"
      "DPkg::Post-Invoke:: \"rm -f /var/cache/apt/archives/*.deb\";\n"
      "APT::Update::Post-Invoke:: \"rm -rf /var/cache/apt\";\n"
      "Dir::State::lists \"/var/lib/apt/lists/\";\n"
      "Dir::Cache::archives \"/var/cache/apt/archives/\";\n"
      "Dir::Etc::sourceparts \"sources.list.d\";\n",
      "/cache/apt");
  EXPECT_THAT(text, HasSubstr("Acquire::http::Proxy \"http://proxy.test:3128\";"));
  EXPECT_THAT(text, HasSubstr("Dir::Etc::sourceparts \"sources.list.d\";"));
  EXPECT_THAT(text, Not(HasSubstr("Post-Invoke")));
  EXPECT_THAT(text, Not(HasSubstr("/var/")));
}

TEST(AptConfiguration, puts_everything_that_is_written_below_its_folder) {
  const auto text = apt_configuration("", "/cache/apt");
  for (const auto* key : {"Dir::State ", "Dir::State::lists ", "Dir::State::status ", "Dir::Cache ",
                          "Dir::Cache::archives ", "Dir::Log "})
    EXPECT_THAT(text, HasSubstr(std::string(key) + "\"/cache/apt/"));
}

TEST(AptPreferences, let_only_debian_in) {
  const auto text = apt_preferences();
  const auto debian = text.find("release o=Debian"), others = text.find("release a=*");
  ASSERT_NE(debian, std::string::npos);
  // The first record that fits is the one that counts.
  EXPECT_LT(debian, others);
  EXPECT_THAT(text.substr(others), HasSubstr("Pin-Priority: -1"));
}

TEST(DpkgStatus, holds_the_packages_that_are_not_needed_and_no_other) {
  const auto text = dpkg_status({"udev", "perl-base"});
  EXPECT_THAT(text, HasSubstr("Package: udev\nStatus: install ok installed\n"));
  EXPECT_THAT(text, HasSubstr("Package: perl-base\nStatus: install ok installed\n"));
  EXPECT_EQ(dpkg_status({}), "");
}

}  // namespace
}  // namespace smx::vm
