#include "vm/disk/nbd_device.h"

#include "harness/core/error.h"
#include "tests/integration/offline/windows_image.h"
#include "tests/unit/image/error_matcher.h"

namespace smx::vm {
namespace {

using test::error_of;
using testing::HasSubstr;

class NbdDeviceTest : public test::OfflineTest {
 protected:
  std::filesystem::path empty_image() {
    const auto image = temp.path() / "image.qcow2";
    test::run({"qemu-img", "create", "-q", "-f", "qcow2", image.string(), "64M"});
    return image;
  }
};

TEST_F(NbdDeviceTest, reads_what_was_written) {
  const auto image = empty_image();
  const std::string bytes(5u << 20, 'x');
  {
    NbdDevice device(image, NbdDevice::Access::write, cancel);
    EXPECT_EQ(device.size(), 64u << 20);
    EXPECT_GE(device.zeros(0, device.size()), 32u << 20);
    device.write(1000, bytes);
    device.flush();
  }
  NbdDevice device(image, NbdDevice::Access::read, cancel);
  EXPECT_EQ(read_bytes(device, 1000, bytes.size()), bytes);
  EXPECT_EQ(device.zeros(4096, 4096), 0u);
  EXPECT_THAT(error_of([&] { read_bytes(device, device.size() - 1, 2); }), HasSubstr("usage: the disk"));
  EXPECT_THAT(error_of([&] { device.write(0, "x"); }), HasSubstr("internal"));
}

TEST_F(NbdDeviceTest, holds_the_image_for_as_long_as_it_lives) {
  const auto image = empty_image();
  {
    NbdDevice device(image, NbdDevice::Access::write, cancel);
    const auto refusal = error_of([&] { NbdDevice(image, NbdDevice::Access::read, cancel); });
    EXPECT_THAT(refusal, HasSubstr("usage: "));
    EXPECT_THAT(refusal, HasSubstr("is in use"));
  }
  NbdDevice again(image, NbdDevice::Access::write, cancel);
}

TEST_F(NbdDeviceTest, says_what_is_wrong_with_an_image) {
  write_file_atomically(temp.path() / "no", "QFI\xfbnonsense");
  EXPECT_THAT(error_of([&] { NbdDevice(temp.path() / "no", NbdDevice::Access::read, cancel); }),
              HasSubstr("environment: qemu-nbd cannot open"));
}

TEST_F(NbdDeviceTest, does_not_start_when_cancelled) {
  const auto image = empty_image();
  cancel.cancel();
  EXPECT_THROW(NbdDevice(image, NbdDevice::Access::read, cancel), Cancelled);
}

}  // namespace
}  // namespace smx::vm
