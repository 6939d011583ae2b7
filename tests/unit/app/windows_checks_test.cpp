#include "harness/app/windows_checks.h"

#include <gmock/gmock.h>

#include <set>

#include "vm/hypervisor/uefi_firmware.h"

namespace smx::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::set<std::string> kAll{"qemu-nbd", "mcopy", "ntfscp", vm::kUefiCode, vm::kUefiVariables};

/// What is said of a host without `missing`: of each check that is not well, its name and what it says.
std::vector<std::string> remarks(const std::set<std::string>& missing) {
  std::vector<std::string> all;
  for (const auto& check : windows_checks(
           [&](const std::string& thing) { return kAll.contains(thing) && !missing.contains(thing); })) {
    EXPECT_EQ(check.way_out, "") << check.name << " is a remark, whatever is missing";
    if (!check.ok) all.push_back(check.name + ": " + check.message);
  }
  return all;
}

TEST(WindowsChecks, find_nothing_where_all_is_there) {
  EXPECT_THAT(remarks({}), IsEmpty());
}

TEST(WindowsChecks, name_what_is_missing_who_needs_it_and_its_package) {
  EXPECT_THAT(remarks({"qemu-nbd"}),
              ElementsAre("Windows disks: qemu-nbd is missing: Windows images cannot be looked into, nor "
                          "their boot mode switched offline; the package qemu-utils has it"));
  EXPECT_THAT(remarks({"mcopy"}), ElementsAre(HasSubstr("package mtools")));
  EXPECT_THAT(remarks({"ntfscp"}), ElementsAre(HasSubstr("package ntfs-3g")));
}

TEST(WindowsChecks, want_both_files_of_the_firmware) {
  for (const auto* file : {vm::kUefiCode, vm::kUefiVariables})
    EXPECT_THAT(remarks({file}), ElementsAre(testing::AllOf(HasSubstr(file), HasSubstr("package ovmf"))));
}

TEST(WindowsChecks, tell_of_everything_that_is_missing) {
  EXPECT_EQ(remarks(kAll).size(), 4u);
}

}  // namespace
}  // namespace smx::app
