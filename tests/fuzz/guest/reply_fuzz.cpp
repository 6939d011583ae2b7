#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "tests/fuzz/fuzz_check.h"
#include "vm/boot/bcdedit.h"
#include "vm/guest/agent_reply.h"

// What QEMU's agent in the guest answers, and what bcdedit printed there.

using namespace smx;

namespace {

template <class Action>
void bear(Action action) {
  try {
    action();
  } catch (const Error& e) {
    FUZZ_CHECK(e.kind() == ErrorKind::guest);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto identifier = vm::only_identifier(text);
  FUZZ_CHECK(identifier.empty() || identifier.size() == 38);
  bear([&] {
    constexpr std::size_t kAsked = 64;
    const auto value = vm::agent_reply::returned(text);
    bear([&] { FUZZ_CHECK(vm::agent_reply::number(value) >= 0); });
    bear([&] { vm::agent_reply::time_of_day(value); });
    bear([&] { FUZZ_CHECK(vm::agent_reply::file_chunk(value, kAsked).bytes.size() <= kAsked); });
    bear([&] {
      const auto result = vm::agent_reply::exec_status(value, kAsked);
      FUZZ_CHECK(!result || (result->out.size() <= kAsked && result->err.size() <= kAsked));
    });
  });
  return 0;
}
