#include "vm/image/kernel_modules.h"

#include <gmock/gmock.h>

#include "harness/core/files.h"
#include "tests/unit/image/error_matcher.h"
#include "vm/image/guest_files.h"

namespace smx::vm {
namespace {

using namespace std::string_literals;
using test::error_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string signed_module(const std::string& module, const std::string& signature, std::size_t claimed) {
  std::string bytes = module + signature + std::string(8, '\0');
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(claimed >> shift));
  return bytes + "~Module signature appended~\n";
}

std::string module_with(const std::string& depends) {
  return "\177ELF...\0license=GPL\0depends="s + depends + "\0retpoline=Y\0"s;
}

TEST(KernelModules, lose_their_signature) {
  EXPECT_EQ(without_signature(signed_module("code", "sig", 3)), "code");
}

TEST(KernelModules, without_a_signature_stay_as_they_are) {
  EXPECT_EQ(without_signature("code"), "code");
  EXPECT_EQ(without_signature(""), "");
}

TEST(KernelModules, with_a_signature_longer_than_themselves_are_refused) {
  EXPECT_THAT(error_of([] { without_signature(signed_module("code", "sig", 8)); }), HasSubstr("longer"));
  EXPECT_THAT(error_of([] { without_signature("~Module signature appended~\n"); }), HasSubstr("ends inside"));
}

TEST(KernelModules, tell_what_they_depend_on) {
  EXPECT_THAT(dependencies_of(module_with("usbcore,usb-common")), ElementsAre("usbcore", "usb_common"));
  EXPECT_THAT(dependencies_of(module_with("")), IsEmpty());
  EXPECT_THAT(dependencies_of("no module"), IsEmpty());
}

class ModuleFolder : public testing::Test {
 protected:
  void module(const std::string& path, const std::string& depends) {
    write_build_file(temp.path() / path, module_with(depends));
  }
  TempDir temp{testing::TempDir(), "modules-"};
};

TEST_F(ModuleFolder, gives_modules_in_the_order_asked_for) {
  module("kernel/drivers/usb/common/usb-common.ko", "");
  module("kernel/drivers/usb/core/usbcore.ko", "usb-common");
  const auto modules = load_kernel_modules(temp.path(), {"usb_common", "usbcore"});
  ASSERT_EQ(modules.size(), 2u);
  EXPECT_EQ(modules[0].name, "usb_common");
  EXPECT_EQ(modules[1].bytes, module_with("usb-common"));
}

TEST_F(ModuleFolder, counts_those_that_were_loaded_before) {
  module("virtio_net.ko", "virtio");
  EXPECT_EQ(load_kernel_modules(temp.path(), {"virtio_net"}, {"virtio"}).size(), 1u);
}

TEST_F(ModuleFolder, refuses_an_order_in_which_a_dependency_comes_too_late) {
  module("a.ko", "b");
  module("b.ko", "");
  EXPECT_THAT(error_of([&] {
                load_kernel_modules(temp.path(), {"a", "b"});
              }),
              HasSubstr("\"a\" needs \"b\""));
}

TEST_F(ModuleFolder, names_a_module_that_the_kernel_lacks) {
  EXPECT_THAT(error_of([&] { load_kernel_modules(temp.path(), {"ext4"}); }),
              HasSubstr("environment: the kernel package has no module \"ext4\""));
}

}  // namespace
}  // namespace smx::vm
