#include "vm/hypervisor/kvm_proof.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "harness/core/files.h"

namespace smx::vm {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

TEST(BootSector, is_bootable) {
  const std::string sector = boot_sector();
  ASSERT_EQ(sector.size(), 512u);
  EXPECT_EQ(sector.substr(510), "\x55\xaa");
}

/// A program that plays QEMU.
class KvmProofTest : public ::testing::Test {
 protected:
  fs::path emulator(const std::string& script) const {
    const fs::path path = folder_.path() / "qemu";
    write_file_atomically(path, "#!/bin/sh\n" + script + "\n", 0755);
    return path;
  }
  TempDir folder_{"/tmp", "smx-t"};
};

TEST_F(KvmProofTest, is_given_by_the_sectors_exit_code_alone) {
  EXPECT_TRUE(run_boot_sector(emulator("exit 33"), "kvm", Milliseconds(20000)).works);
  EXPECT_FALSE(run_boot_sector(emulator("exit 0"), "kvm", Milliseconds(20000)).works);
}

TEST_F(KvmProofTest, is_not_given_by_a_guest_that_hangs) {
  const auto proof = run_boot_sector(emulator("exec sleep 1000"), "kvm", Milliseconds(50));
  EXPECT_FALSE(proof.works);
  EXPECT_THAT(proof.why, HasSubstr("boot sector"));
}

TEST_F(KvmProofTest, carries_qemus_reason) {
  const auto proof =
      run_boot_sector(emulator("echo one >&2; echo 'no kvm here' >&2; exit 1"), "kvm", Milliseconds(20000));
  EXPECT_FALSE(proof.works);
  EXPECT_THAT(proof.why, HasSubstr("no kvm here"));
}

TEST_F(KvmProofTest, is_not_given_by_a_kvm_that_is_slower_than_emulation) {
  const KvmProof kvm{true, "it ran", Milliseconds(1300)};
  const auto slower = compare_with_tcg(kvm, {true, "", Milliseconds(500)});
  EXPECT_FALSE(slower.works);
  EXPECT_THAT(slower.why, testing::AllOf(HasSubstr("1300 ms"), HasSubstr("500 ms")));
  EXPECT_TRUE(compare_with_tcg(kvm, {true, "", Milliseconds(3000)}).works);
  EXPECT_TRUE(compare_with_tcg(kvm, {false, "", Milliseconds(1)}).works) << "nothing to compare with";
  EXPECT_FALSE(compare_with_tcg({false, "", {}}, {true, "", Milliseconds(500)}).works);
}

TEST_F(KvmProofTest, is_made_once_for_a_qemu_and_again_for_another) {
  if (!fs::exists("/dev/kvm")) GTEST_SKIP() << "this host has no /dev/kvm, so nothing is run";
  const fs::path count = folder_.path() / "count";
  const auto qemu = emulator("echo >> " + count.string() + "; exit 1");
  const auto cache = folder_.path() / "cache";
  const auto first = prove_kvm(qemu, cache);
  EXPECT_EQ(prove_kvm(qemu, cache).why, first.why);
  EXPECT_EQ(read_file(count).size(), 1u);
  emulator("echo >> " + count.string() + "; echo another >&2; exit 1");
  prove_kvm(qemu, cache);
  EXPECT_EQ(read_file(count).size(), 2u);
}

TEST_F(KvmProofTest, is_made_again_when_the_cache_is_damaged) {
  if (!fs::exists("/dev/kvm")) GTEST_SKIP() << "this host has no /dev/kvm, so nothing is run";
  const auto qemu = emulator("exit 1");
  const auto cache = folder_.path() / "cache";
  const auto first = prove_kvm(qemu, cache);
  for (const char* damage : {"", "{", "[]", "{\"key\": 5}"}) {
    write_file_atomically(cache / "kvm.json", damage);
    EXPECT_EQ(prove_kvm(qemu, cache).why, first.why);
  }
}

}  // namespace
}  // namespace smx::vm
