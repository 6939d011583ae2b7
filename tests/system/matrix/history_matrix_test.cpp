#include "tests/system/matrix/matrix_fixture.h"

// What a night's run is to the next: left out where nothing changed, and a baseline where something did.

namespace smx {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

class HistoryMatrixTest : public MatrixTest {
 protected:
  /// With data of its own, which tests change as a new version would.
  CommandResult run_with_data(std::vector<std::string> arguments) {
    if (!fs::exists(data_)) fs::copy(fs::path(SMX_DATA), data_, fs::copy_options::recursive);
    auto c = command(std::move(arguments));
    c.env["SMX_DATA_DIR"] = data_.string();
    c.time_limit = std::chrono::minutes(4);
    return run_command(c);
  }
  std::string matrix() const {
    return file("night.json", R"({"format": 1, "targets": [{"kind": "reference-linux"}],
      "modes": ["normal", "safe-networking"], "scenarios": ["certutil-scinfo", "external-pin-entry"]})");
  }
  void break_scenario(const std::string& id) {
    const auto path = data_ / "catalogue" / (id + ".json");
    auto json = nlohmann::json::parse(read_file(path), nullptr, true, true);
    json["steps"] = {{{"do", "remove-card"}}, {{"do", "agent"}, {"phase", "main"}}};
    fs::remove(path);
    write_file_atomically(path, json.dump());
  }
  std::size_t runs() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(dir.path() / "state/safemode-matrix/runs"), {}));
  }

  const fs::path data_ = dir.path() / "data";
};

TEST_F(HistoryMatrixTest, a_night_runs_what_changed_and_tells_what_broke_it) {
  const auto first = run_with_data({"run", matrix()});
  ASSERT_EQ(first.exit_code, 0) << first.err << first.out;
  const auto good = latest_run();

  const auto second = run_with_data({"run", matrix(), "--if-changed"});
  EXPECT_EQ(second.exit_code, 0) << second.err;
  EXPECT_THAT(second.out, HasSubstr("nothing to run: 4 cells are unchanged since run " + good));
  EXPECT_EQ(runs(), 1u);

  break_scenario("certutil-scinfo");
  const auto third =
      run_with_data({"run", matrix(), "--attempts", "1", "--if-changed", "--baseline", "latest-good"});
  EXPECT_EQ(third.exit_code, 1) << third.err << third.out;
  EXPECT_EQ(runs(), 2u);
  EXPECT_THAT(third.out, AllOf(HasSubstr("left out: 2 cells are unchanged since run " + good),
                               HasSubstr("regressed  reference-linux/normal/virtual/certutil-scinfo"),
                               HasSubstr("harness definition (scenario certutil-scinfo)"),
                               HasSubstr("last good " + good), HasSubstr("evidence:")));
  EXPECT_EQ(report().at("run").at("unchanged").size(), 2u);
  EXPECT_EQ(report().at("comparison").at("counts").at("same"), 2);

  // The broken cell is run again each time, changed or not.
  const auto fourth = run_with_data({"run", matrix(), "--attempts", "1", "--if-changed"});
  EXPECT_EQ(fourth.exit_code, 1) << fourth.err;
  EXPECT_EQ(runs(), 3u);
}

TEST_F(HistoryMatrixTest, a_run_is_told_of_though_its_history_is_damaged) {
  const auto history = dir.path() / "state/safemode-matrix/history.db";
  fs::create_directories(history.parent_path());
  write_file_atomically(history, std::string(8192, 'x'));
  const std::vector<std::string> one{"run", matrix(), "--only", "*/normal/*/certutil-scinfo"};
  const auto told = run_with_data(one);
  EXPECT_EQ(told.exit_code, 0) << told.err;
  EXPECT_THAT(told.err, HasSubstr("the run is not in the history"));
  EXPECT_TRUE(fs::exists(run_folder() / "report.html"));
  auto compared = one;
  compared.insert(compared.end(), {"--baseline", "latest-good"});
  const auto not_compared = run_with_data(compared);
  EXPECT_EQ(not_compared.exit_code, 2) << not_compared.err;
  EXPECT_THAT(not_compared.err, HasSubstr("the run was not compared"));
  EXPECT_EQ(runs(), 2u);
}

TEST_F(HistoryMatrixTest, a_baseline_that_is_none_is_told_before_the_run) {
  const auto refused = run_with_data({"run", matrix(), "--baseline", "golden"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_FALSE(run_was_begun());
}

}  // namespace
}  // namespace smx
