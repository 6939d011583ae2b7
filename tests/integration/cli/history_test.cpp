#include <nlohmann/json.hpp>

#include "harness/journal/run_marks.h"
#include "tests/integration/cli/made_run.h"
#include "tests/integration/cli/program.h"

namespace smx {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kPin = "reference-linux/safe-networking/virtual/pin-management";
constexpr const char* kFirst = "20260101-120000-aaaa";
constexpr const char* kSecond = "20260102-120000-bbbb";
constexpr const char* kThird = "20260103-120000-cccc";

class HistoryCliTest : public ProgramTest {
 protected:
  fs::path runs() const { return dir.path() / "state/safemode-matrix/runs"; }
  fs::path make(const std::string& id, const std::function<void(RunRecord&)>& change = {}) const {
    const auto day = id.substr(0, 4) + "-" + id.substr(4, 2) + "-" + id.substr(6, 2);
    return make_run(runs(), id, day + "T12:00:00.000Z", change);
  }
  /// Two good runs, and a third in which a cell has failed with another image.
  void make_regression() const {
    make(kFirst);
    make(kSecond);
    make(kThird, [](RunRecord& record) {
      fail_cell(record, kPin);
      record.info.environment["image.reference-linux"] = "another";
    });
  }
  json json_of(std::vector<std::string> arguments) const {
    arguments.push_back("--json");
    const auto result = run(arguments);
    EXPECT_LE(result.exit_code, 4) << result.err;
    return json::parse(result.out);
  }
};

TEST_F(HistoryCliTest, runs_that_are_there_need_no_import) {
  make_regression();
  const auto listed = json_of({"history"});
  ASSERT_EQ(listed.size(), 3u);
  EXPECT_EQ(listed[0]["run"], kThird);
  EXPECT_EQ(listed[0]["exit_code"], 1);
  EXPECT_EQ(listed[2]["exit_code"], 0);
  const auto text = run({"history", "--limit", "1"});
  EXPECT_THAT(text.out, HasSubstr(kThird));
  EXPECT_THAT(text.out, Not(HasSubstr(kSecond)));
  EXPECT_EQ(json_of({"history", "--until", "2026-01-01"}).size(), 1u);
  EXPECT_EQ(json_of({"history", "--scenario", "nothing"}).size(), 0u);
}

TEST_F(HistoryCliTest, a_running_run_is_not_in_it_yet) {
  make(kFirst);
  const journal::Journal held(runs() / kFirst);
  EXPECT_EQ(json_of({"history"}).size(), 0u);
}

TEST_F(HistoryCliTest, a_regression_comes_with_what_changed_since_when_and_where_evidence_differs) {
  make_regression();
  const auto result = run({"compare", "latest", "--baseline", kFirst});
  EXPECT_EQ(result.exit_code, 1) << result.err;
  EXPECT_THAT(result.out, HasSubstr(std::string("regressed  ") + kPin));
  EXPECT_THAT(result.out, HasSubstr("was passed, is failed (no-card): the reader has no card"));
  EXPECT_THAT(result.out, HasSubstr("image disk (target reference-linux)"));
  EXPECT_THAT(result.out, HasSubstr(std::string("last good ") + kSecond + ", first bad " + kThird));
  EXPECT_THAT(result.out,
              HasSubstr("apdu-trace.txt, line 2: +0.2 VERIFY PIN -> passed -> +0.2 VERIFY PIN -> failed"));
  const auto j = json_of({"compare", "latest", "--baseline", kFirst});
  EXPECT_EQ(j["cells"][0]["change"], "regressed");
  EXPECT_EQ(j["cells"][0]["suspects"][0]["kind"], "image");
}

TEST_F(HistoryCliTest, latest_good_is_the_default_baseline) {
  make_regression();
  EXPECT_EQ(json_of({"compare"})["baseline"], kSecond);
  const auto nothing = run({"compare", kFirst});
  EXPECT_EQ(nothing.exit_code, 2);
  EXPECT_THAT(nothing.err, HasSubstr("name a baseline"));
  EXPECT_EQ(run({"compare", kFirst, "--baseline", kFirst}).exit_code, 2);
  EXPECT_EQ(run({"compare", kSecond, "--baseline", kFirst}).exit_code, 0);
}

TEST_F(HistoryCliTest, a_lost_result_gives_exit_code_4) {
  make(kFirst);
  make(kSecond, [](RunRecord& record) {
    for (auto& attempt : record.attempts)
      if (attempt.cell.str() == kPin) attempt.observation.outcome = Outcome::blocked;
  });
  const auto result = run({"compare"});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.out, HasSubstr("lost"));
}

TEST_F(HistoryCliTest, shows_a_run_a_cell_and_its_attempts) {
  make_regression();
  const auto shown = run({"show", "latest"});
  EXPECT_THAT(shown.out, HasSubstr(std::string("deviates  ") + kPin));
  EXPECT_THAT(shown.out, HasSubstr("card     reader virtual, kind: piv, plug-and-play, rsa2048"));
  const auto course = run({"show", kPin});
  EXPECT_THAT(course.out, ContainsRegex("20260103-120000-cccc.*failed \\(no-card\\)"));
  EXPECT_THAT(course.out, HasSubstr("differs: image disk"));
  EXPECT_EQ(json_of({"show", kPin}).size(), 3u);
  const auto attempts = run({"show", "latest", kPin});
  EXPECT_THAT(attempts.out, HasSubstr("evidence apdu-trace.txt"));
  EXPECT_EQ(run({"show", "nothing"}).exit_code, 2);
  EXPECT_EQ(run({"show", "a/b/c/d"}).exit_code, 2);
  EXPECT_EQ(run({"show", "latest", "reference-linux/normal/virtual/nothing"}).exit_code, 2);
}

TEST_F(HistoryCliTest, flaky_cells_are_listed) {
  make_regression();
  // The image changed with the outcome: that is a cause.
  EXPECT_THAT(run({"flaky"}).out, HasSubstr("no cell was flaky"));
  make("20260104-120000-dddd", [](RunRecord& record) { fail_cell(record, kPin); });
  make("20260105-120000-eeee");
  EXPECT_EQ(json_of({"flaky"}).at(0)["flips"], 1);
}

TEST_F(HistoryCliTest, a_baseline_has_a_name_and_is_never_pruned) {
  make_regression();
  EXPECT_EQ(run({"history", "tag", "20260101", "release-1"}).exit_code, 0);
  EXPECT_EQ(json_of({"compare", "latest", "--baseline", "release-1"})["baseline"], kFirst);
  EXPECT_EQ(journal::read_marks(runs() / kFirst).tags, std::vector<std::string>{"release-1"});
  const auto dry = run({"history", "prune", "--keep", "0", "--older-than", "1", "--dry-run"});
  EXPECT_THAT(dry.out, HasSubstr("1 run would go"));
  EXPECT_TRUE(fs::exists(runs() / kThird));
  const auto pruned = run({"history", "prune", "--keep", "0", "--older-than", "1"});
  EXPECT_THAT(pruned.out, HasSubstr("1 run gone"));
  EXPECT_TRUE(fs::exists(runs() / kFirst));   // the baseline
  EXPECT_TRUE(fs::exists(runs() / kSecond));  // the latest good
  EXPECT_FALSE(fs::exists(runs() / kThird));
  EXPECT_THAT(run({"show", kPin}).out, HasSubstr(kThird));  // what it showed stays known
  EXPECT_EQ(run({"show", kThird, kPin}).exit_code, 2);
}

TEST_F(HistoryCliTest, a_tag_goes_from_one_run_to_another) {
  make_regression();
  run({"history", "tag", kFirst, "golden"});
  EXPECT_EQ(run({"history", "tag", kSecond, "golden"}).exit_code, 0);
  EXPECT_TRUE(journal::read_marks(runs() / kFirst).tags.empty());
  EXPECT_EQ(run({"history", "untag", "golden"}).exit_code, 0);
  EXPECT_TRUE(journal::read_marks(runs() / kSecond).tags.empty());
  EXPECT_EQ(run({"history", "untag", "golden"}).exit_code, 2);
  EXPECT_EQ(run({"history", "tag", kFirst, "latest"}).exit_code, 2);
}

TEST_F(HistoryCliTest, a_signed_run_is_never_pruned_even_if_the_index_does_not_know) {
  make(kFirst);
  make(kSecond);
  run({"history"});
  journal::mark_signed(runs() / kFirst, {"product", "1", "2026-01-01", "somebody", "bundle"});
  EXPECT_THAT(run({"history", "prune", "--keep", "0", "--older-than", "0"}).out, HasSubstr("0 runs gone"));
  write_file_atomically(runs() / kFirst / "marks.json", "{");
  EXPECT_EQ(run({"history", "prune", "--keep", "0", "--older-than", "0"}).exit_code, 2);
  EXPECT_TRUE(fs::exists(runs() / kFirst));
}

TEST_F(HistoryCliTest, imports_runs_of_other_machines_with_their_evidence) {
  const auto artifacts = dir.path() / "artifacts/shard-1/runs";
  make_run(artifacts, kFirst, "2026-01-01T12:00:00.000Z");
  make_run(dir.path() / "artifacts/shard-2/runs", kSecond, "2026-01-02T12:00:00.000Z");
  const auto imported = run({"history", "import", (dir.path() / "artifacts").string()});
  EXPECT_EQ(imported.exit_code, 0) << imported.err;
  EXPECT_THAT(imported.out, HasSubstr("the history has 2 runs"));
  EXPECT_FALSE(fs::is_empty(runs() / kFirst / "evidence"));
  EXPECT_EQ(run({"report", kFirst}).exit_code, 0);
  const auto again = run({"history", "import", artifacts.string()});
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.err, HasSubstr("already"));
}

TEST_F(HistoryCliTest, evidence_that_is_not_what_its_hash_says_is_not_imported) {
  const auto from = make_run(dir.path() / "artifacts", kFirst, "2026-01-01T12:00:00.000Z");
  const auto piece = fs::directory_iterator(from / "evidence")->path();
  fs::remove(piece);
  write_file_atomically(piece, "altered");
  const auto imported = run({"history", "import", from.string()});
  EXPECT_THAT(imported.err, HasSubstr("not what its hash says"));
  EXPECT_FALSE(fs::exists(runs() / kFirst / "evidence" / piece.filename()));
}

TEST_F(HistoryCliTest, what_cannot_be_imported_is_named_and_the_rest_is_taken) {
  make_run(dir.path() / "artifacts", kFirst, "2026-01-01T12:00:00.000Z");
  make_run(dir.path() / "artifacts", "strange", "2026-01-01T12:00:00.000Z",
           [](RunRecord& record) { record.info.id = "../../escape"; });
  fs::create_directories(dir.path() / "artifacts/damaged");
  write_file_atomically(dir.path() / "artifacts/damaged/journal.db", "no database");
  const auto imported = run({"history", "import", (dir.path() / "artifacts").string()});
  EXPECT_EQ(imported.exit_code, 2);
  EXPECT_THAT(imported.out, HasSubstr("the history has 1 run"));
  EXPECT_THAT(imported.err, HasSubstr("damaged"));
  EXPECT_EQ(run({"history", "import", (dir.path() / "nowhere").string()}).exit_code, 2);
  fs::create_directories(dir.path() / "empty");
  EXPECT_EQ(run({"history", "import", (dir.path() / "empty").string()}).exit_code, 2);
}

TEST_F(HistoryCliTest, a_damaged_index_is_made_anew_with_its_baselines) {
  make_regression();
  run({"history", "tag", kFirst, "golden"});
  write_file_atomically(dir.path() / "state/safemode-matrix/history.db", std::string(5000, 'x'));
  const auto refused = run({"history"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("history import --anew"));
  EXPECT_EQ(run({"history", "import", "--anew"}).exit_code, 0);
  EXPECT_EQ(json_of({"compare", "latest", "--baseline", "golden"})["baseline"], kFirst);
}

TEST_F(HistoryCliTest, what_was_told_at_a_runs_end_stands) {
  make(kFirst);
  make(kSecond);
  journal::mark_exit_code(runs() / kSecond, 1);  // it regressed against its baseline
  make(kThird);
  EXPECT_EQ(json_of({"compare"})["baseline"], kFirst);
  EXPECT_EQ(run({"history", "import", "--anew"}).exit_code, 0);
  EXPECT_EQ(json_of({"compare"})["baseline"], kFirst);
}

TEST_F(HistoryCliTest, imported_marks_take_no_baseline_away) {
  make(kFirst);
  run({"history", "tag", kFirst, "golden"});
  const auto from = make_run(dir.path() / "artifacts", kSecond, "2026-01-02T12:00:00.000Z");
  journal::add_tag(from, "golden");
  journal::add_tag(from, "theirs");
  const auto imported = run({"history", "import", from.string()});
  EXPECT_EQ(imported.exit_code, 0) << imported.err;
  EXPECT_THAT(imported.err, HasSubstr("its tag golden is left out"));
  EXPECT_EQ(journal::read_marks(runs() / kSecond).tags, std::vector<std::string>{"theirs"});
  EXPECT_EQ(journal::read_marks(runs() / kFirst).tags, std::vector<std::string>{"golden"});
}

TEST_F(HistoryCliTest, imported_marks_that_are_damaged_or_a_link_are_left_out) {
  const auto from = make_run(dir.path() / "artifacts", kSecond, "2026-01-02T12:00:00.000Z");
  write_file_atomically(from / "marks.json", "{");
  EXPECT_THAT(run({"history", "import", from.string()}).err, HasSubstr("its marks are left out"));
  fs::remove_all(runs() / kSecond);
  fs::remove(from / "marks.json");
  fs::create_symlink("/etc/hostname", from / "marks.json");
  EXPECT_EQ(run({"history", "import", from.string()}).exit_code, 0);
  EXPECT_FALSE(fs::exists(runs() / kSecond / "marks.json"));
}

TEST_F(HistoryCliTest, pruning_goes_on_where_a_folder_is_gone_or_half_removed) {
  make_regression();
  make("20260104-120000-dddd");
  run({"history"});
  fs::remove_all(runs() / kFirst);
  fs::rename(runs() / kSecond, runs() / (std::string(".pruned-") + kSecond));
  EXPECT_EQ(json_of({"history"}).size(), 4u);
  const auto pruned = run({"history", "prune", "--keep", "0", "--older-than", "1"});
  EXPECT_EQ(pruned.exit_code, 0) << pruned.err;
  EXPECT_THAT(pruned.out, HasSubstr("1 run gone"));  // the third; the fourth is the latest good
  EXPECT_FALSE(fs::exists(runs() / (std::string(".pruned-") + kSecond)));
  EXPECT_TRUE(json_of({"show", kFirst})["folder"].is_null());
}

TEST_F(HistoryCliTest, a_held_run_is_not_pruned) {
  make(kFirst);
  make(kSecond);
  run({"history"});
  const journal::Journal held(runs() / kFirst);
  EXPECT_THAT(run({"history", "prune", "--keep", "0", "--older-than", "1"}).out, HasSubstr("0 runs gone"));
}

TEST_F(HistoryCliTest, a_folder_with_another_runs_name_is_told_of_and_left_out) {
  make(kFirst);
  fs::copy(runs() / kFirst, runs() / kSecond, fs::copy_options::recursive);
  const auto listed = run({"history"});
  EXPECT_THAT(listed.err, HasSubstr("give the folder that name"));
  EXPECT_EQ(json_of({"show", kFirst})["folder"], (runs() / kFirst).string());
}

TEST_F(HistoryCliTest, a_run_that_went_on_after_it_was_taken_in_is_taken_in_again) {
  make(kFirst, [](RunRecord& record) { record.end = RunEnd::interrupted; });
  EXPECT_EQ(json_of({"history"})[0]["end"], "interrupted");
  fs::remove_all(runs() / kFirst);
  make(kFirst);
  EXPECT_EQ(json_of({"history"})[0]["end"], "completed");
}

TEST_F(HistoryCliTest, reports_are_made_though_the_history_is_damaged) {
  make(kFirst);
  write_file_atomically(dir.path() / "state/safemode-matrix/history.db", std::string(5000, 'x'));
  const auto report =
      run({"report", kFirst, "--format", "junit", "--baseline", "latest-good", "--exit-code"});
  EXPECT_THAT(report.out, HasSubstr("<testsuites"));
  EXPECT_THAT(report.err, HasSubstr("the run was not compared"));
  EXPECT_EQ(report.exit_code, 2);
}

TEST_F(HistoryCliTest, attempts_have_a_json_form) {
  make(kFirst);
  const auto j = json_of({"show", kFirst, kPin});
  EXPECT_EQ(j["run"], kFirst);
  EXPECT_EQ(j["attempts"][0]["observation"]["outcome"], "passed");
}

TEST_F(HistoryCliTest, bad_arguments_are_refused) {
  make(kFirst);
  EXPECT_EQ(run({"history", "--since", "yesterday"}).exit_code, 2);
  EXPECT_EQ(run({"history", "--limit", "-1"}).exit_code, 2);
  EXPECT_EQ(run({"history", "prune", "--older-than", "-5"}).exit_code, 2);
  EXPECT_EQ(run({"compare", "latest", "--baseline", "nothing"}).exit_code, 2);
  EXPECT_EQ(run({"show"}).exit_code, 2);
}

}  // namespace
}  // namespace smx
