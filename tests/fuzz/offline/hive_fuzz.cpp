#include "harness/core/error.h"
#include "tests/fuzz/fuzz_check.h"
#include "tests/unit/registry/hive_maker.h"
#include "vm/registry/bcd.h"
#include "vm/registry/software_hive.h"
#include "vm/registry/system_hive.h"

using namespace smx::vm;

namespace {

template <class Action>
void bear(Action action) {
  try {
    action();
  } catch (const smx::Error& e) {
    FUZZ_CHECK(e.kind() == smx::ErrorKind::usage);
  }
}

void read_all(const std::string& bytes) {
  bear([&] {
    const Hive hive(bytes, "fuzz", Hive::Access::read, UnfinishedHive::read);
    bear([&] {
      const SystemHive system(hive);
      system.safe_boot("Network");
      FUZZ_CHECK(system.services({"SCardSvr", "scfilter"}).size() <= 512);
      system.fast_startup();
    });
    bear([&] {
      const SoftwareHive software(hive);
      software.version();
      FUZZ_CHECK(software.cards().size() <= 1000);
    });
  });
  bear([&] {
    Bcd store(bytes, "fuzz");
    store.entry();
    if (store.set_mode(smx::BootMode::safe_command_prompt)) {
      FUZZ_CHECK(store.entry().mode == smx::BootMode::safe_command_prompt);
      FUZZ_CHECK(!store.set_mode(smx::BootMode::safe_command_prompt));
    }
    store.set_mode(smx::BootMode::normal);
    FUZZ_CHECK(store.entry().mode == smx::BootMode::normal);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  read_all(bytes);
  // Again with the checksum that a fuzzer does not find, and with as many bins as there are.
  if (bytes.size() < 8192) return 0;
  test::put(bytes, 0x28, test::le((bytes.size() - 4096) & ~std::size_t{4095}, 4));
  read_all(test::sealed(bytes));
  return 0;
}
