#include "vm/image/build_lock.h"

#include <gmock/gmock.h>

#include "harness/core/files.h"
#include "tests/unit/image/error_matcher.h"

namespace smx::vm {
namespace {

using test::error_of;

class Lock : public testing::Test {
 protected:
  TempDir temp{testing::TempDir(), "lock-"};
  const std::filesystem::path file = temp.path() / "lock";
  CancelToken cancel;
  const Progress say_nothing = [](const std::string&) {};
};

TEST_F(Lock, makes_a_second_build_wait_and_say_so) {
  auto first = wait_for_other_builds(file, say_nothing, cancel);
  std::vector<std::string> said;
  // The second one's word is the event that lets the first one go.
  const auto letting_go = [&](const std::string& line) {
    said.push_back(line);
    first.reset();
  };
  EXPECT_NE(wait_for_other_builds(file, letting_go, cancel), nullptr);
  EXPECT_THAT(said, testing::ElementsAre(testing::HasSubstr("waiting")));
}

TEST_F(Lock, that_is_waited_for_can_be_cancelled) {
  const auto first = wait_for_other_builds(file, say_nothing, cancel);
  EXPECT_THROW(wait_for_other_builds(
                   file, [&](const std::string&) { cancel.cancel(); }, cancel),
               Cancelled);
}

TEST_F(Lock, in_a_folder_that_is_not_there_is_an_error) {
  EXPECT_THAT(error_of([&] { wait_for_other_builds(temp.path() / "no/lock", say_nothing, cancel); }),
              testing::HasSubstr("environment: "));
}

}  // namespace
}  // namespace smx::vm
