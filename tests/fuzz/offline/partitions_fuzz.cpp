#include "harness/core/error.h"
#include "tests/fuzz/fuzz_check.h"
#include "tests/fuzz/offline/padded_device.h"
#include "tests/unit/disk/disk_maker.h"
#include "vm/disk/partition_table.h"
#include "vm/disk/qcow2_header.h"

using namespace smx::vm;

namespace {

constexpr std::uint64_t kDisk = 2u << 20;

void read_table(const std::string& bytes) {
  try {
    test::PaddedDevice disk(bytes, kDisk);
    const auto table = read_partition_table(disk);
    FUZZ_CHECK(table.partitions.size() <= 256);
    for (const auto& p : table.partitions)
      FUZZ_CHECK(p.size > 0 && p.offset >= 512 && p.offset < kDisk && p.size <= kDisk - p.offset);
  } catch (const smx::Error& e) {
    FUZZ_CHECK(e.kind() == smx::ErrorKind::usage);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  try {
    FUZZ_CHECK(parse_qcow2_header(bytes, "fuzz").backing.size() <= 1023);
  } catch (const smx::Error& e) {
    FUZZ_CHECK(e.kind() == smx::ErrorKind::usage);
  }
  read_table(bytes);
  // Again with the checksums that a fuzzer does not find.
  if (bytes.size() < 1024 + 128 * 128) return 0;
  test::seal_gpt(bytes);
  read_table(bytes);
  return 0;
}
