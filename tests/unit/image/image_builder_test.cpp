#include "vm/image/image_builder.h"

#include <gtest/gtest.h>

#include "harness/core/files.h"
#include "vm/image/guest_files.h"

namespace smx::vm {
namespace {

class RecipeText : public testing::Test {
 protected:
  RecipeText() {
    write_build_file(temp_.path() / "etc/hostname", "a\n");
    before_ = recipe_text(recipe());
  }
  ImageRecipe recipe() const {
    return {.name = "n",
            .packages = {"p"},
            .not_needed = {},
            .disk_modules = {"m"},
            .disk_mib = 512,
            .additions = temp_.path()};
  }

  TempDir temp_{testing::TempDir(), "recipe-"};
  std::string before_;
};

TEST_F(RecipeText, is_the_same_for_the_same_wherever_the_additions_are) {
  const TempDir other(testing::TempDir(), "recipe-");
  write_build_file(other.path() / "etc/hostname", "a\n");
  auto r = recipe();
  r.additions = other.path();
  EXPECT_EQ(recipe_text(r), before_);
}

TEST_F(RecipeText, changes_with_what_is_in_the_additions) {
  write_build_file(temp_.path() / "etc/hostname", "b\n");
  EXPECT_NE(recipe_text(recipe()), before_);
}

TEST_F(RecipeText, changes_with_where_it_is) {
  std::filesystem::rename(temp_.path() / "etc/hostname", temp_.path() / "etc/issue");
  EXPECT_NE(recipe_text(recipe()), before_);
}

TEST_F(RecipeText, changes_with_whether_it_can_be_run) {
  write_build_file(temp_.path() / "etc/hostname", "a\n", true);
  EXPECT_NE(recipe_text(recipe()), before_);
}

TEST_F(RecipeText, changes_with_release_shape_own_files_and_whether_it_finishes_itself) {
  auto release = recipe(), shape = recipe(), files = recipe(), prepare = recipe();
  release.release = "trixie";
  shape.shape.script = "true";
  files.files = {{"etc/hostname", "b\n"}};
  prepare.prepare_limit = Milliseconds(1000);
  for (const auto& r : {release, shape, files, prepare}) EXPECT_NE(recipe_text(r), before_);
}

TEST_F(RecipeText, changes_with_modules_and_disk) {
  auto larger = recipe(), more = recipe();
  larger.disk_mib = 1024;
  more.disk_modules.push_back("kvm");
  EXPECT_NE(recipe_text(larger), before_);
  EXPECT_NE(recipe_text(more), before_);
}

}  // namespace
}  // namespace smx::vm
