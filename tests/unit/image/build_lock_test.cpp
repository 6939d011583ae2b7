#include "vm/image/build_lock.h"

#include <gmock/gmock.h>

#include <optional>
#include <thread>

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
};

TEST_F(Lock, makes_a_second_build_wait_and_say_so) {
  std::optional<BuildLock> first(
      std::in_place, file, [](const std::string&) {}, cancel);
  std::vector<std::string> said;
  // The second one's word is the event that lets the first one go.
  const BuildLock second(
      file,
      [&](const std::string& line) {
        said.push_back(line);
        first.reset();
      },
      cancel);
  EXPECT_THAT(said, testing::ElementsAre(testing::HasSubstr("waiting")));
}

TEST_F(Lock, that_is_waited_for_can_be_cancelled) {
  const BuildLock first(
      file, [](const std::string&) {}, cancel);
  EXPECT_THROW(BuildLock(
                   file, [&](const std::string&) { cancel.cancel(); }, cancel),
               Cancelled);
}

TEST_F(Lock, in_a_folder_that_is_not_there_is_an_error) {
  EXPECT_THAT(error_of([&] {
                BuildLock(
                    temp.path() / "no/lock", [](const std::string&) {}, cancel);
              }),
              testing::HasSubstr("environment: "));
}

}  // namespace
}  // namespace smx::vm
