#include "vm/boot/reference_wine_boot.h"

#include <gmock/gmock.h>

#include "harness/core/error.h"
#include "vm/boot/reference_linux_boot.h"

namespace smx::vm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const ReferenceWineBoot wine_boot(KernelFiles{"/i/vmlinux", "/i/initrd"});

TEST(ReferenceWineBoot, boots_into_normal_mode_with_memory_for_wine) {
  MachineSpec spec;
  const auto usual = spec.memory_mib;
  wine_boot.set_mode(spec, BootMode::normal);
  EXPECT_EQ(spec.kernel, "/i/vmlinux");
  EXPECT_EQ(spec.initrd, "/i/initrd");
  EXPECT_THAT(spec.command_line, HasSubstr("console=ttyS0"));
  EXPECT_THAT(spec.command_line, Not(HasSubstr("safeboot")));
  EXPECT_GT(spec.memory_mib, usual);
}

TEST(ReferenceWineBoot, has_no_safe_mode) {
  for (const auto mode : {BootMode::safe_networking, BootMode::safe_minimal, BootMode::safe_command_prompt}) {
    MachineSpec spec;
    try {
      wine_boot.set_mode(spec, mode);
      FAIL() << name(mode) << " was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      EXPECT_THAT(error.what(), HasSubstr(std::string(name(mode))));
    }
    EXPECT_TRUE(spec.kernel.empty());
  }
}

TEST(ReferenceWineBoot, runs_the_agent_by_wine) {
  EXPECT_THAT(wine_boot.agent_command(), ElementsAre("/usr/local/bin/wine-agent", wine_boot.agent_path()));
  EXPECT_THAT(wine_boot.agent_path(), testing::EndsWith(".exe"));
}

TEST(ReferenceLinuxBoot, runs_the_agent_itself) {
  const ReferenceLinuxBoot linux_boot(KernelFiles{"/i/vmlinux", "/i/initrd"});
  EXPECT_THAT(linux_boot.agent_command(), ElementsAre(linux_boot.agent_path()));
}

}  // namespace
}  // namespace smx::vm
