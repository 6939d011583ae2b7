#include "harness/journal/run_store.h"

#include <gtest/gtest.h>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/model/model_json.h"
#include "harness/journal/journal.h"

namespace smx::journal {
namespace {

class RunStoreTest : public testing::Test {
 protected:
  void make(const std::string& id) { const Journal journal(store.folder(id)); }
  TempDir dir{std::filesystem::temp_directory_path(), "smx-test-"};
  RunStore store{dir.path()};
};

TEST_F(RunStoreTest, names_runs_by_time_and_never_twice) {
  const auto now = parse_iso8601("2026-11-24T09:30:12.345Z");
  const auto id = store.new_id(now);
  EXPECT_EQ(id.substr(0, 16), "20261124-093012-");
  EXPECT_EQ(id.size(), 20u);
}

TEST_F(RunStoreTest, finds_the_latest_a_beginning_and_a_folder) {
  make("20261124-093012-aaaa");
  make("20261125-093012-bbbb");
  EXPECT_EQ(store.find("latest"), dir.path() / "20261125-093012-bbbb");
  EXPECT_EQ(store.find("20261124"), dir.path() / "20261124-093012-aaaa");
  EXPECT_EQ(store.find(dir.path().string() + "/20261124-093012-aaaa").filename(), "20261124-093012-aaaa");
}

TEST_F(RunStoreTest, refuses_what_is_ambiguous_or_not_there) {
  EXPECT_THROW(store.find("latest"), Error);
  make("20261124-093012-aaaa");
  make("20261124-093012-bbbb");
  EXPECT_THROW(store.find("20261124"), Error);
  EXPECT_THROW(store.find("2027"), Error);
  EXPECT_THROW(store.find("./nowhere"), Error);
}

TEST_F(RunStoreTest, knows_whose_controller_lives) {
  make("20261124-093012-dead");
  const Journal journal(store.folder("20261124-093012-aaaa"));
  EXPECT_FALSE(store.is_dead("20261124-093012-aaaa"));
  EXPECT_TRUE(store.is_dead("20261124-093012-dead"));
  EXPECT_FALSE(store.is_dead("20261124-093012-gone")) << "it may be alive in another store";
}

}  // namespace
}  // namespace smx::journal
