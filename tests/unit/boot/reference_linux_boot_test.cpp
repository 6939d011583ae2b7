#include "vm/boot/reference_linux_boot.h"

#include <gmock/gmock.h>

#include "harness/core/error.h"

namespace smx::vm {
namespace {

using testing::HasSubstr;
using testing::Not;

const ReferenceLinuxBoot boot(KernelFiles{"/i/vmlinux", "/i/initrd"});

MachineSpec spec_for(BootMode mode) {
  MachineSpec spec;
  boot.set_mode(spec, mode);
  return spec;
}

TEST(ReferenceLinuxBoot, gives_the_kernel_and_the_console) {
  const auto spec = spec_for(BootMode::normal);
  EXPECT_EQ(spec.kernel, "/i/vmlinux");
  EXPECT_EQ(spec.initrd, "/i/initrd");
  EXPECT_THAT(spec.command_line, HasSubstr("console=ttyS0"));
}

TEST(ReferenceLinuxBoot, says_the_mode_on_the_command_line) {
  EXPECT_THAT(spec_for(BootMode::normal).command_line, Not(HasSubstr("safeboot")));
  EXPECT_THAT(spec_for(BootMode::safe_networking).command_line, testing::EndsWith(" safeboot=network"));
  EXPECT_THAT(spec_for(BootMode::safe_minimal).command_line, testing::EndsWith(" safeboot=minimal"));
}

TEST(ReferenceLinuxBoot, has_no_safe_command_prompt) {
  MachineSpec spec;
  try {
    boot.set_mode(spec, BootMode::safe_command_prompt);
    FAIL() << "the mode was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_THAT(error.what(), HasSubstr("safe-command-prompt"));
  }
  EXPECT_TRUE(spec.command_line.empty());
}

TEST(ReferenceLinuxBoot, puts_the_agent_at_an_absolute_path) {
  EXPECT_TRUE(std::filesystem::path(boot.agent_path()).is_absolute());
}

}  // namespace
}  // namespace smx::vm
