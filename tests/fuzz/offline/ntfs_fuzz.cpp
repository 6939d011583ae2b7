#include "harness/core/error.h"
#include "tests/fuzz/fuzz_check.h"
#include "tests/fuzz/offline/padded_device.h"
#include "vm/disk/ntfs_volume.h"

using namespace smx::vm;

namespace {

constexpr std::uint64_t kVolume = 1u << 20;

template <class Action>
void bear(Action action) {
  try {
    action();
  } catch (const smx::Error& e) {
    FUZZ_CHECK(e.kind() == smx::ErrorKind::usage);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  test::PaddedDevice device(std::string(reinterpret_cast<const char*>(data), size), kVolume);
  bear([&] {
    NtfsVolume volume(device);
    bear([&] { volume.dirty(); });
    bear([&] { volume.log_is_clean(); });
    bear([&] {
      for (const auto& [name, file] : volume.entries(NtfsVolume::kRoot)) {
        bear([&, number = file] {
          const auto bytes = volume.read(number, 65536);
          FUZZ_CHECK(bytes.size() <= 65536);
          if (volume.overwrite(number, bytes)) FUZZ_CHECK(volume.read(number, 65536) == bytes);
        });
      }
    });
    bear([&] {
      if (const auto file = volume.find("\\Boot\\BCD")) volume.streams(*file);
    });
  });
  return 0;
}
