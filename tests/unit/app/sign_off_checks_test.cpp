#include "harness/app/sign_off_checks.h"

#include <gmock/gmock.h>

namespace smx::app {
namespace {

using testing::HasSubstr;

TEST(SignOffChecks, name_what_is_missing_as_a_remark_with_its_package) {
  const auto check = [](bool weasyprint, const std::string& module) {
    return sign_off_checks([&](const std::string& program) { return weasyprint && program == "weasyprint"; },
                           module);
  };
  for (const auto& c : check(true, "/usr/lib/opensc-pkcs11.so")) EXPECT_TRUE(c.ok) << c.name;
  const auto missing = check(false, "");
  ASSERT_EQ(missing.size(), 2u);
  for (const auto& c : missing) {
    EXPECT_FALSE(c.ok) << c.name;
    EXPECT_EQ(c.way_out, "") << c.name << " is a remark";
  }
  EXPECT_THAT(missing[0].message, HasSubstr("the package weasyprint has it"));
  EXPECT_THAT(missing[1].message, HasSubstr("the package opensc-pkcs11 has it"));
}

}  // namespace
}  // namespace smx::app
