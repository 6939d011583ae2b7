#include "vm/registry/hive_header.h"

#include <fmt/format.h>

#include "harness/core/error.h"
#include "harness/core/little_endian.h"

namespace smx::vm {
namespace {

constexpr std::size_t kHeader = 4096;

[[noreturn]] void refuse(const std::string& name, const std::string& why) {
  throw Error(ErrorKind::usage, fmt::format("{} {}", name, why));
}

}  // namespace

std::uint32_t hive_checksum(std::string_view header) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < 508; i += 4) sum ^= le32(header, i);
  // The two values that mean "no checksum" are kept out of the way.
  if (sum == 0) return 1;
  return sum == 0xffffffff ? 0xfffffffe : sum;
}

HiveHeader check_hive(std::string_view bytes, const std::string& name, UnfinishedHive unfinished) {
  constexpr auto kRestore = "; take the image from before it was damaged";
  if (bytes.size() < kHeader || !bytes.starts_with("regf"))
    refuse(name, "is not a registry hive: it does not begin with 4096 bytes of \"regf\" header");
  HiveHeader header{le32(bytes, 4), le32(bytes, 8), le32(bytes, 0x24), le32(bytes, 0x28)};
  if (const auto sum = hive_checksum(bytes); sum != le32(bytes, 508))
    refuse(name, fmt::format("has a damaged header: its checksum is {:08x}, and should be {:08x}{}",
                             le32(bytes, 508), sum, kRestore));
  if (le32(bytes, 0x14) != 1) refuse(name, fmt::format("is of the unknown version {}", le32(bytes, 0x14)));
  if (header.bins == 0 || header.bins % 4096 != 0 || header.bins > bytes.size() - kHeader)
    refuse(name, fmt::format("is cut off or damaged: it says it has {} bytes of keys, and has {}{}",
                             header.bins, bytes.size() - kHeader, kRestore));
  if (header.root >= header.bins)
    refuse(name, fmt::format("is damaged: its root key is said to be outside of it{}", kRestore));
  if (!header.finished() && unfinished == UnfinishedHive::refuse)
    refuse(name, fmt::format("was not written to its end (sequence numbers {} and {}); boot the image in "
                             "normal mode, shut it down from its own menu, and try again",
                             header.sequence1, header.sequence2));
  return header;
}

}  // namespace smx::vm
