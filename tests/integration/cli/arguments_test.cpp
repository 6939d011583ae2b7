#include <nlohmann/json.hpp>

#include "tests/integration/cli/installed_catalogue.h"
#include "tests/integration/cli/program.h"

namespace smx {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(ProgramTest, help_goes_to_stdout_and_tells_the_exit_codes) {
  const auto r = run({"--help"});
  EXPECT_EQ(r.exit_code, 0);
  for (const auto* word :
       {"doctor", "plan", "run", "resume", "report", "image", "card", "support-table", "Exit codes", "130"})
    EXPECT_THAT(r.out, HasSubstr(word));
  EXPECT_THAT(r.err, IsEmpty());
}

TEST_F(ProgramTest, every_command_has_a_help_text) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"doctor"},
                                                {"plan"},
                                                {"run"},
                                                {"resume"},
                                                {"report"},
                                                {"sign-off"},
                                                {"sign-off", "verify"},
                                                {"image"},
                                                {"image", "build"},
                                                {"image", "list"},
                                                {"image", "remove"},
                                                {"card"},
                                                {"card", "create"},
                                                {"card", "show"},
                                                {"card", "serve"},
                                                {"card", "readers"},
                                                {"support-table"},
                                                {"support-table", "show"},
                                                {"support-table", "check"},
                                                {"support-table", "confirm"},
                                                {"support-table", "new"}}) {
    auto arguments = words;
    arguments.push_back("--help");
    const auto r = run(arguments);
    EXPECT_EQ(r.exit_code, 0) << words.back();
    EXPECT_THAT(r.out, HasSubstr("--help")) << words.back();
  }
}

TEST_F(ProgramTest, wrong_arguments_give_2_and_a_way_out) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{},
                                                {"dance"},
                                                {"run", "--slots", "none"},
                                                {"run", "--accel", "warp"},
                                                {"run", "--attempts", "9"},
                                                {"image", "build", "windows-95"},
                                                {"support-table", "confirm", "4"},
                                                {"report", "--format", "pdf"}}) {
    const auto r = run(words);
    EXPECT_EQ(r.exit_code, 2) << testing::PrintToString(words);
    EXPECT_THAT(r.err, HasSubstr("safemode-matrix: ")) << testing::PrintToString(words);
    EXPECT_THAT(r.err, HasSubstr("--help")) << testing::PrintToString(words);
    EXPECT_THAT(r.out, IsEmpty());
  }
}

TEST_F(ProgramTest, plan_shows_every_scenario_of_the_catalogue) {
  const auto r = run({"plan"});
  EXPECT_EQ(r.exit_code, 0) << r.err;
  for (const auto* word :
       {"pin-management", "waits for a session host", "reference-linux/safe-networking/virtual"})
    EXPECT_THAT(r.out, HasSubstr(word));
  const auto json = nlohmann::json::parse(run({"plan", "--json"}).out);
  std::map<std::string, int> planned, expected;
  for (const auto& cell : json.at("cells")) planned[cell.at("id").at("scenario")] = cell.at("row");
  for (const auto& scenario : installed_catalogue()) expected[scenario.at("id")] = scenario.value("row", 0);
  EXPECT_EQ(planned, expected);
  EXPECT_EQ(json.at("cells").size(), 3 * expected.size()) << "in each boot mode";
}

TEST_F(ProgramTest, only_narrows_a_plan_and_keeps_the_control) {
  const auto json =
      nlohmann::json::parse(run({"plan", "--json", "--only", "*/safe-networking/*/certutil-scinfo"}).out);
  ASSERT_EQ(json.at("cells").size(), 2u);
  EXPECT_EQ(json.at("groups").size(), 2u);
  EXPECT_EQ(run({"plan", "--only", "*/nowhere/*"}).exit_code, 2);
}

TEST_F(ProgramTest, report_of_no_run_says_how_to_make_one) {
  const auto r = run({"report"});
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_THAT(r.err, HasSubstr("safemode-matrix run"));
}

TEST_F(ProgramTest, support_table_shows_checks_and_takes_a_confirmation) {
  const auto shown = run({"support-table", "show"});
  EXPECT_EQ(shown.exit_code, 0);
  EXPECT_THAT(shown.out, HasSubstr("Certificate propagation"));
  EXPECT_EQ(run({"support-table", "check", "reference"}).exit_code, 0);

  const auto shipped = nlohmann::json::parse(run({"support-table", "show", "--json"}).out);
  ASSERT_EQ(shipped.at("rows").size(), 16u);
  const auto table = (dir.path() / "windows-7-2008r2.json").string();
  std::filesystem::copy_file(std::filesystem::path(SMX_PROGRAM).parent_path() /
                                 "../share/safemode-matrix/support/windows-7-2008r2.json",
                             table);
  const auto confirmed = run({"support-table", "confirm", "4", "not-supported", "--by", "Ada", "--source",
                              "the printed guide, page 3", "--table", table, "--date", "2026-11-24"});
  EXPECT_EQ(confirmed.exit_code, 0) << confirmed.err;
  EXPECT_THAT(run({"support-table", "show", table}).out, HasSubstr("confirmed by Ada on 2026-11-24"));
  EXPECT_EQ(
      run({"support-table", "confirm", "17", "supported", "--by", "Ada", "--source", "x", "--table", table})
          .exit_code,
      2);
  EXPECT_EQ(
      run({"support-table", "confirm", "4", "perhaps", "--by", "Ada", "--source", "x", "--table", table})
          .exit_code,
      2);
  EXPECT_EQ(run({"support-table", "confirm", "4", "supported", "--by", "", "--source", "x", "--table", table})
                .exit_code,
            2);
}

// packaging/safemode-matrix-nightly tells matrices apart by what it finds in these, with nothing but sed.
TEST_F(ProgramTest, nightly_finds_the_matrix_of_a_plan_and_of_a_report) {
  auto c = command({});
  c.argv = {"/bin/bash",
            "-c",
            "eval \"$(grep '^matrix_of()' \"$1/packaging/safemode-matrix-nightly\")\"\n"
            "\"$0\" plan \"$2\" --json | matrix_of\n"
            "matrix_of <\"$1/tests/unit/reports/golden/report.json\"",
            SMX_PROGRAM,
            SMX_SOURCE_DIR,
            file("mine.json", R"({"format": 1, "name": "my own", "targets": [{"kind": "reference-linux"}],
                                 "modes": ["normal"]})")};
  EXPECT_EQ(run_command(c).out, "    \"file\": \"" + (dir.path() / "mine.json").string() +
                                    "\",\n    \"name\": \"my own\",\n"
                                    "    \"file\": \"scenarios/matrices/nightly.json\",\n"
                                    "    \"name\": \"nightly\",\n");
}

}  // namespace
}  // namespace smx
