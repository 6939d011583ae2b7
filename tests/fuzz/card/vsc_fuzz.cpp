// A VSC session with a peer that says anything; the first byte is the size of the pieces it comes in.

#include "tests/fuzz/card/echo_card.h"
#include "tests/fuzz/fuzz_check.h"
#include "vm/card/transport/vsc_session.h"

using namespace smx;
using namespace smx::vm;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  EchoCard card;
  VscSession session(true);
  const std::size_t piece = data[0] + 1u;
  for (std::size_t at = 1; at < size; at += piece) {
    session.receive({data + at, std::min(piece, size - at)});
    if (at % 7 == 0) session.set_inserted(at % 2 == 0);
    if (at % 11 == 0) session.set_reader_present(at % 3 == 0);
    while (const auto task = session.next_task()) {
      const bool on = task->kind == CardTask::Kind::power_on;
      session.done(*task, task->kind == CardTask::Kind::command ? card.transmit(task->command)
                          : on                                  ? card.atr()
                                                                : Bytes{});
    }
    VscParser answers;
    answers.feed(session.take_output());
    while (const auto message = answers.next()) FUZZ_CHECK(message->payload.size() <= 258);
    FUZZ_CHECK(!answers.broken());
  }
  return 0;
}
