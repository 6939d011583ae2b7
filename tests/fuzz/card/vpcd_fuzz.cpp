// A vpcd session with a driver that says anything; the first byte is the size of the pieces it comes in.

#include "tests/fuzz/card/echo_card.h"
#include "tests/fuzz/fuzz_check.h"
#include "vm/card/transport/vpcd_session.h"

using namespace smx;
using namespace smx::vm;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  EchoCard card;
  VpcdSession session(card);
  const std::size_t piece = data[0] + 1u;
  for (std::size_t at = 1; at < size; at += piece) {
    const auto answers = session.receive({data + at, std::min(piece, size - at)});
    // Whole frames only, none longer than a short response.
    for (std::size_t i = 0; i < answers.size();) {
      FUZZ_CHECK(answers.size() - i >= 2);
      const auto length = static_cast<std::size_t>(answers[i] << 8 | answers[i + 1]);
      FUZZ_CHECK(length >= 2 && length <= 258 && length <= answers.size() - i - 2);
      i += 2 + length;
    }
  }
  return 0;
}
