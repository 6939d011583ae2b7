#include "vm/hypervisor/agent_line.h"

#include <gtest/gtest.h>

#include <future>

#include "harness/core/error.h"

namespace smx::vm {
namespace {

constexpr Milliseconds kLong{60000};

/// A call that returns when it is let go.
struct Gate {
  std::promise<void> entered, open;
  AgentLine::Call call() {
    return [this](const std::string&, Milliseconds) -> std::optional<std::string> {
      entered.set_value();
      open.get_future().wait();
      return "late";
    };
  }
};

TEST(AgentLine, gives_the_answer) {
  const CancelToken cancel;
  AgentLine line([](const std::string& request, Milliseconds) { return request + "!"; }, cancel);
  EXPECT_EQ(line.ask("a", kLong), "a!");
  EXPECT_EQ(line.ask("b", kLong), "b!");
}

TEST(AgentLine, throws_what_the_call_threw_and_goes_on) {
  const CancelToken cancel;
  AgentLine line(
      [](const std::string& request, Milliseconds) -> std::optional<std::string> {
        if (request == "bad") throw Error(ErrorKind::guest, "refused");
        return request;
      },
      cancel);
  EXPECT_THROW(line.ask("bad", kLong), Error);
  EXPECT_EQ(line.ask("good", kLong), "good");
}

TEST(AgentLine, stops_waiting_at_the_limit_and_drops_the_late_answer) {
  const CancelToken cancel;
  Gate gate;
  bool first = true;
  AgentLine line(
      [&](const std::string& request, Milliseconds limit) -> std::optional<std::string> {
        if (std::exchange(first, false)) return gate.call()(request, limit);
        return request;
      },
      cancel);
  // On a busy machine the limit may pass before the line's thread has begun with the call.
  const auto begun = gate.entered.get_future();
  do EXPECT_EQ(line.ask("slow", Milliseconds(1)), std::nullopt);
  while (begun.wait_for(Milliseconds(0)) != std::future_status::ready);
  EXPECT_EQ(line.ask("while busy", Milliseconds(1)), std::nullopt);
  gate.open.set_value();
  EXPECT_EQ(line.ask("next", kLong), "next");
}

TEST(AgentLine, is_woken_by_cancellation) {
  CancelToken cancel;
  Gate gate;
  AgentLine line(gate.call(), cancel);
  std::thread canceller([&] {
    gate.entered.get_future().wait();
    cancel.cancel();
  });
  EXPECT_THROW(line.ask("x", kLong), Cancelled);
  canceller.join();
  gate.open.set_value();
}

TEST(AgentLine, is_woken_by_closing_and_stays_closed) {
  const CancelToken cancel;
  Gate gate;
  AgentLine line(gate.call(), cancel);
  std::thread closer([&] {
    gate.entered.get_future().wait();
    line.close();
  });
  EXPECT_THROW(line.ask("x", kLong), Error);
  closer.join();
  gate.open.set_value();
  EXPECT_THROW(line.ask("y", kLong), Error);
}

}  // namespace
}  // namespace smx::vm
