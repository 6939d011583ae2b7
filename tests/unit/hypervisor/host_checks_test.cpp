#include "vm/hypervisor/host_checks.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace smx::vm {
namespace {

using ::testing::HasSubstr;

HostFacts good() {
  HostFacts facts;
  facts.driver = "/usr/lib/libvirt/connection-driver/libvirt_driver_qemu.so";
  facts.emulator = "/usr/bin/qemu-system-x86_64";
  facts.emulator_version = "7.2.22";
  facts.qemu_img = "/usr/bin/qemu-img";
  facts.kvm = KvmProof{false, "it hangs"};
  facts.runtime_folder = "/tmp/smx-0";
  facts.free_disk = facts.free_memory = std::uint64_t{8} << 30;
  return facts;
}

/// The names of the checks that failed; each of them must say what to do.
std::vector<std::string> troubles(const HostFacts& facts) {
  std::vector<std::string> names;
  for (const auto& check : judge_host(facts)) {
    EXPECT_EQ(check.ok, check.way_out.empty()) << check.name;
    EXPECT_FALSE(check.message.empty()) << check.name;
    if (!check.ok) names.push_back(check.name);
  }
  return names;
}

TEST(HostChecks, of_a_good_host_find_nothing_and_kvm_that_hangs_is_no_trouble) {
  EXPECT_THAT(troubles(good()), ::testing::IsEmpty());
}

TEST(HostChecks, find_each_missing_piece) {
  auto facts = good();
  facts.driver.reset();
  EXPECT_THAT(troubles(facts), ::testing::ElementsAre("libvirt's QEMU driver"));
  facts = good();
  facts.emulator.reset();
  facts.kvm.reset();
  EXPECT_THAT(troubles(facts), ::testing::ElementsAre("QEMU"));
  facts = good();
  facts.qemu_img.reset();
  EXPECT_THAT(troubles(facts), ::testing::ElementsAre("qemu-img"));
  facts = good();
  facts.runtime_trouble = "socket path too long";
  EXPECT_THAT(troubles(facts), ::testing::ElementsAre("runtime folder"));
  facts = good();
  facts.free_disk = 1;
  EXPECT_THAT(troubles(facts), ::testing::ElementsAre("disk space"));
  facts = good();
  facts.free_memory = 1;
  EXPECT_THAT(troubles(facts), ::testing::ElementsAre("memory"));
}

TEST(HostChecks, want_libvirts_user_only_as_root) {
  auto facts = good();
  facts.root = true;
  EXPECT_THAT(troubles(facts), ::testing::ElementsAre("user for libvirt"));
  facts.libvirt_qemu_user = true;
  EXPECT_THAT(troubles(facts), ::testing::IsEmpty());
}

TEST(HostChecks, say_why_kvm_is_not_used) {
  const auto checks = judge_host(good());
  const auto kvm =
      std::find_if(checks.begin(), checks.end(), [](const auto& check) { return check.name == "KVM"; });
  ASSERT_NE(kvm, checks.end());
  EXPECT_THAT(kvm->message, HasSubstr("it hangs"));
}

}  // namespace
}  // namespace smx::vm
