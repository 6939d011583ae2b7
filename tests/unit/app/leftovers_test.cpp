#include "harness/app/leftovers.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <optional>
#include <thread>

#include "harness/core/error.h"
#include "harness/journal/journal.h"

namespace smx::app {
namespace {

namespace fs = std::filesystem;

class LeftoversTest : public testing::Test {
 protected:
  TempDir home{"/tmp", "lo"};
};

TEST_F(LeftoversTest, a_folder_of_sockets_lives_as_long_as_its_owner) {
  fs::path path;
  {
    const SocketsFolder folder(home.path(), "one");
    path = folder.path();
    remove_dead_sockets(home.path());
    EXPECT_TRUE(fs::exists(path)) << "its owner lives";
    EXPECT_THROW(SocketsFolder(home.path(), "one"), Error);
    EXPECT_TRUE(fs::exists(path)) << "a second owner is refused and removes nothing";
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(LeftoversTest, the_folder_of_a_dead_owner_goes) {
  fs::create_directory(home.path() / "s-dead");
  std::ofstream(home.path() / "s-dead/lock") << "";
  fs::create_directory(home.path() / "else");
  remove_dead_sockets(home.path());
  EXPECT_FALSE(fs::exists(home.path() / "s-dead"));
  EXPECT_TRUE(fs::exists(home.path() / "else"));
}

TEST_F(LeftoversTest, a_folder_that_is_just_made_survives_other_clean_ups) {
  std::atomic<bool> done = false;
  std::thread cleaner([&] {
    while (!done) remove_dead_sockets(home.path());
  });
  for (int i = 0; i < 200; ++i) {
    const SocketsFolder folder(home.path(), std::to_string(i));
    EXPECT_TRUE(fs::exists(folder.path() / "lock")) << i;
  }
  done = true;
  cleaner.join();
}

TEST_F(LeftoversTest, overlays_go_only_when_their_run_is_not_held) {
  const journal::RunStore runs(home.path());
  fs::create_directories(runs.folder("20261124-093012-5f3c") / "work");
  {
    const journal::Journal held(runs.folder("20261124-093012-5f3c"));
    remove_dead_work(runs);
    EXPECT_TRUE(fs::exists(runs.folder("20261124-093012-5f3c") / "work"));
  }
  remove_dead_work(runs);
  EXPECT_FALSE(fs::exists(runs.folder("20261124-093012-5f3c") / "work"));
}

}  // namespace
}  // namespace smx::app
