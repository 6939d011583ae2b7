#include "harness/core/cancel.h"

#include <gtest/gtest.h>

#include "harness/core/error.h"

namespace smx {
namespace {

TEST(CancelToken, wakes_who_waits_and_only_once) {
  CancelToken token;
  int woken = 0;
  const CancelCallback callback(token, [&] { ++woken; });
  EXPECT_NO_THROW(token.check());
  token.cancel();
  token.cancel();
  EXPECT_EQ(woken, 1);
  EXPECT_THROW(token.check(), Cancelled);
}

TEST(CancelToken, wakes_at_once_who_comes_late_and_nobody_who_left) {
  CancelToken token;
  int left = 0, late = 0;
  {
    const CancelCallback gone(token, [&] { ++left; });
  }
  token.cancel();
  const CancelCallback callback(token, [&] { ++late; });
  EXPECT_EQ(left, 0);
  EXPECT_EQ(late, 1);
}

}  // namespace
}  // namespace smx
