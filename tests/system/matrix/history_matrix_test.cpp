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
    json["steps"] = {{{"do", "card-fault"}, {"fault", "dead"}}, {{"do", "agent"}, {"phase", "main"}}};
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

}  // namespace
}  // namespace smx
