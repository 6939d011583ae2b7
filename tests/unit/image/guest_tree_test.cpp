#include "vm/image/guest_tree.h"

#include <gmock/gmock.h>

#include "harness/core/files.h"
#include "harness/core/process.h"
#include "tests/unit/image/error_matcher.h"
#include "vm/image/guest_files.h"

namespace smx::vm {
namespace {

namespace fs = std::filesystem;
using test::error_of;
using testing::HasSubstr;

/// Packages made by the test.
class GuestTree : public testing::Test {
 protected:
  void SetUp() override {
    if (!find_program("dpkg-deb")) GTEST_SKIP() << "dpkg-deb is not installed";
  }
  fs::path package(const std::string& name, const std::string& file, const std::string& content) {
    const auto root = temp_.path() / name;
    write_build_file(root / "DEBIAN/control",
                     "Package: " + name +
                         "\nVersion: 1\nArchitecture: all\nMaintainer: none <a@b.test>\n"
                         "Description: for a test\n");
    write_build_file(root / file, content);
    write_build_file(root / "usr/share/doc" / name / "copyright", "x");
    Command build;
    build.argv = {"dpkg-deb", "--build", root.string(), root.string() + ".deb"};
    EXPECT_TRUE(run_command(build).ok());
    return root.string() + ".deb";
  }

  TempDir temp_{testing::TempDir(), "tree-"};
  fs::path tree_ = temp_.path() / "tree";
  CancelToken cancel_;
};

TEST_F(GuestTree, has_one_layout_for_packages_of_every_release) {
  unpack_guest_tree({package("old", "lib/old.so", "1"), package("new", "usr/lib/new.so", "2")}, {}, tree_,
                    cancel_);
  for (const auto* folder : {"lib", "usr/lib"}) {
    EXPECT_EQ(read_file(tree_ / folder / "old.so"), "1");
    EXPECT_EQ(read_file(tree_ / folder / "new.so"), "2");
  }
  EXPECT_TRUE(fs::is_symlink(tree_ / "lib"));
  EXPECT_FALSE(fs::exists(tree_ / "usr/share/doc"));
}

TEST_F(GuestTree, is_shaped_after_it_is_unpacked) {
  unpack_guest_tree({package("a", "usr/lib/a", "1")},
                    {"test -f usr/lib/a && mv usr/lib/a usr/lib/b && echo \"it's\" >usr/lib/c", {}}, tree_,
                    cancel_);
  EXPECT_EQ(read_file(tree_ / "usr/lib/b"), "1");
  EXPECT_EQ(read_file(tree_ / "usr/lib/c"), "it's\n");
}

TEST_F(GuestTree, whose_shaping_fails_is_an_error_with_what_was_said) {
  const auto message = error_of([&] {
    unpack_guest_tree({package("a", "usr/lib/a", "1")}, {"echo 'no such DLL' >&2; false", {}}, tree_,
                      cancel_);
  });
  EXPECT_THAT(message, HasSubstr("environment: shaping the guest's files failed: no such DLL"));
}

TEST_F(GuestTree, names_the_package_of_a_program_that_is_missing_before_anything_is_done) {
  const auto message = error_of([&] {
    unpack_guest_tree({}, {"true", {"no-such-strip=binutils-x"}}, tree_, cancel_);
  });
  EXPECT_THAT(message, HasSubstr("\"no-such-strip\"; install the package binutils-x"));
  EXPECT_FALSE(fs::exists(tree_));
}

}  // namespace
}  // namespace smx::vm
