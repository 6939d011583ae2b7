#include "vm/image/overlay.h"

#include <gmock/gmock.h>

#include "harness/core/files.h"
#include "harness/core/process.h"
#include "tests/unit/image/error_matcher.h"
#include "vm/image/guest_files.h"

namespace smx::vm {
namespace {

using test::error_of;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Overlay, command_names_the_backing_file_and_its_format) {
  EXPECT_THAT(overlay_command("/i/disk.qcow2", "/r/-o.qcow2"),
              ElementsAre("qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", "/i/disk.qcow2",
                          "--", "/r/-o.qcow2"));
}

class OverlayFiles : public testing::Test {
 protected:
  TempDir temp{testing::TempDir(), "overlay-"};
  CancelToken cancel;
};

TEST_F(OverlayFiles, refuses_a_missing_disk) {
  EXPECT_THAT(error_of([&] { create_overlay(temp.path() / "none", temp.path() / "o", cancel); }),
              HasSubstr("usage: the image's disk"));
}

TEST_F(OverlayFiles, refuses_relative_paths) {
  EXPECT_THAT(error_of([&] { create_overlay("disk", temp.path() / "o", cancel); }), HasSubstr("absolute"));
}

TEST_F(OverlayFiles, never_overwrites) {
  write_build_file(temp.path() / "disk", "x");
  write_build_file(temp.path() / "o", "precious");
  EXPECT_THAT(error_of([&] { create_overlay(temp.path() / "disk", temp.path() / "o", cancel); }),
              HasSubstr("is there already"));
  EXPECT_EQ(read_file(temp.path() / "o"), "precious");
}

TEST_F(OverlayFiles, says_what_qemu_img_found_wrong) {
  if (!find_program("qemu-img")) GTEST_SKIP() << "qemu-img is not installed";
  write_build_file(temp.path() / "disk", "this is no qcow2 file");
  EXPECT_THAT(error_of([&] { create_overlay(temp.path() / "disk", temp.path() / "o", cancel); }),
              HasSubstr("environment: the overlay"));
}

}  // namespace
}  // namespace smx::vm
