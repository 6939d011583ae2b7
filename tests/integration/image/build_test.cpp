#include <gmock/gmock.h>
#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/core/error.h"
#include "harness/core/process.h"
#include "tests/integration/image/bare_guest.h"
#include "vm/image/overlay.h"
#include "vm/image/reference_images.h"

namespace smx::vm {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Build : public testing::Test {
 protected:
  void SetUp() override {
    std::string why_not;
    cached_ = test::reference_image(why_not);
    if (!cached_) GTEST_SKIP() << why_not;
  }
  /// This user's downloads, as another build's own: hard links are enough, apt replaces files and never
  /// writes them.
  fs::path own_packages() {
    const auto folder = temp_.path() / "apt";
    fs::copy(cache_home() / "apt", folder, fs::copy_options::recursive);
    return folder;
  }
  BuiltImage build(const ImageStore& store, const fs::path& packages) {
    return build_reference_image("reference-linux", store,
                                 {packages, [this](const std::string& line) { said_ += line + "\n"; }},
                                 TimePoint(Milliseconds(1)), cancel_);
  }

  TempDir temp_{fs::temp_directory_path(), "smx-build-"};
  ImageStore store_{temp_.path() / "images"};
  std::optional<Image> cached_;
  std::string said_;
  CancelToken cancel_;
};

TEST_F(Build, makes_a_whole_image_whose_files_cannot_be_written) {
  const auto built = build(store_, own_packages());
  EXPECT_FALSE(built.reused);
  const auto& m = built.image.manifest;
  EXPECT_EQ(m.key, cached_->manifest.key);
  EXPECT_EQ(m.disk_size, fs::file_size(built.image.disk()));
  EXPECT_THAT(m.kernel_release, HasSubstr("amd64"));
  std::vector<std::string> names;
  for (const auto& package : m.packages) names.push_back(package.name);
  for (const auto* name : {"pcscd", "libccid", "opensc", "qemu-guest-agent", "busybox-static"})
    EXPECT_THAT(names, testing::Contains(name));
  for (const auto& entry : fs::directory_iterator(built.image.folder))
    EXPECT_EQ(entry.status().permissions(), fs::perms(0444)) << entry.path();
  // Nothing of the work is left beside it.
  EXPECT_EQ(std::distance(fs::directory_iterator(store_.root() / "reference-linux"), {}), 1);
}

TEST_F(Build, uses_an_image_of_the_same_key_again) {
  const auto packages = own_packages();
  build(store_, packages);
  said_.clear();
  EXPECT_TRUE(build(store_, packages).reused);
  EXPECT_THAT(said_, HasSubstr("up to date"));
}

TEST_F(Build, replaces_a_damaged_image_and_clears_what_a_killed_build_left) {
  const auto packages = own_packages();
  const auto image = build(store_, packages).image;
  fs::remove(image.kernel());
  fs::create_directories(store_.root() / "reference-linux/.building-dead/tree");
  EXPECT_FALSE(build(store_, packages).reused);
  EXPECT_TRUE(fs::exists(image.kernel()));
  EXPECT_FALSE(fs::exists(store_.root() / "reference-linux/.building-dead"));
}

TEST_F(Build, that_is_cancelled_leaves_no_image) {
  const auto packages = own_packages();
  EXPECT_THROW(build_reference_image("reference-linux", store_,
                                     {packages,
                                      [this](const std::string& line) {
                                        if (line == "making the disk") cancel_.cancel();
                                      }},
                                     TimePoint(), cancel_),
               Cancelled);
  EXPECT_TRUE(store_.list().empty());
  EXPECT_TRUE(fs::is_empty(store_.root() / "reference-linux"));
}

TEST_F(Build, needs_no_root) {
  if (::geteuid() != 0) GTEST_SKIP() << "not root: every other build test shows it";
  const auto packages = own_packages();
  Command own;
  own.argv = {"chown", "-R", "65534:65534", temp_.path().string()};
  ASSERT_TRUE(run_command(own).ok());
  const auto child = ::fork();
  if (child == 0) {
    // _exit: the parent's test environment must not be torn down twice.
    if (::setgroups(0, nullptr) != 0 || ::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(3);
    try {
      ::_exit(build(store_, packages).reused ? 2 : 0);
    } catch (const std::exception& error) {
      const auto text = full_message(error) + "\n";
      ::_exit(::write(STDERR_FILENO, text.data(), text.size()) < 0 ? 4 : 1);
    }
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  // The files in the image belong to root all the same.
  const auto image = store_.newest("reference-linux");
  EXPECT_EQ(image.manifest.key, cached_->manifest.key);
  Command raw, owner;
  raw.argv = {"qemu-img", "convert", "-O", "raw", image.disk().string(), (temp_.path() / "raw").string()};
  ASSERT_TRUE(run_command(raw).ok());
  owner.argv = {"debugfs", "-R", "stat /usr/sbin/svc", (temp_.path() / "raw").string()};
  EXPECT_THAT(run_command(owner).out, testing::ContainsRegex("User: +0 +Group: +0"));
}

TEST_F(Build, gives_a_disk_that_overlays_stand_on) {
  const auto overlay = temp_.path() / "overlay.qcow2";
  create_overlay(cached_->disk(), overlay, cancel_);
  Command info;
  info.argv = {"qemu-img", "info", "--output=json", overlay.string()};
  const auto out = run_command(info).out;
  EXPECT_THAT(out, HasSubstr("\"backing-filename\": \"" + cached_->disk().string()));
  EXPECT_THAT(out, HasSubstr("\"backing-filename-format\": \"qcow2\""));
}

}  // namespace
}  // namespace smx::vm
