#include <gtest/gtest.h>

#include "harness/spec/support_tables.h"
#include "tests/unit/spec/spec_files.h"

namespace smx::spec {
namespace {

constexpr const char* kMark = R"({"mark": "supported", "known": "inferred", "why": "w"})";

class TableFile : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& rows, const std::string& more = "") {
    return files_.write("t/t1.json", "{\"format\": 1, \"id\": \"t1\", \"document\": \"D\",\n" + more +
                                         "\"rows\": [\n" + rows + "]}");
  }
  static std::string row(int number, const std::string& scenario, const std::string& marks = "{}") {
    return "{\"row\": " + std::to_string(number) + ", \"scenario\": \"" + scenario +
           "\", \"words\": \"W\", \"marks\": " + marks + "}";
  }
  std::string refused(const std::filesystem::path& path) {
    return refusal([&] { load_support_table(path); });
  }
  Files files_;
};

TEST_F(TableFile, is_read) {
  const auto table = load_support_table(
      write(row(2, "b", std::string("{\"safe-networking\": ") + kMark + "}") + "," + row(3, "c"),
            R"("section": "S", "applies_to": ["X", "Y"],
               "defaults": {"safe-minimal": {"mark": "not-supported", "known": "stated", "why": "sentence"}},)"));
  EXPECT_EQ(table.id, "t1");
  EXPECT_EQ(table.document, "D");
  EXPECT_EQ(table.section, "S");
  EXPECT_EQ(table.applies_to, (std::vector<std::string>{"X", "Y"}));
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(table.mark("b", BootMode::safe_networking),
            (TableMark{Mark::supported, MarkSource::inferred, "w", {}}));
  EXPECT_EQ(table.mark("c", BootMode::safe_minimal).mark, Mark::not_supported);
  EXPECT_EQ(table.mark("c", BootMode::safe_networking).mark, Mark::unknown);
}

TEST_F(TableFile, with_rows_twice_or_out_of_order_is_refused) {
  EXPECT_EQ(refused(write(row(2, "b") + ",\n" + row(1, "a") + ",\n" + row(3, "b"))),
            "t/t1.json:4:9 (/rows/1/row): row 1 stands behind row 2; rows stand in the document's order, "
            "each once\n"
            "t/t1.json:5:24 (/rows/2/scenario): \"b\" already is the scenario of row 2");
}

TEST_F(TableFile, may_mark_own_checks_after_the_documents_rows) {
  const auto own = [](const std::string& scenario) {
    return "{\"scenario\": \"" + scenario +
           "\", \"words\": \"W\", \"marks\": {\"safe-networking\": " + kMark + "}}";
  };
  const auto table = load_support_table(write(
      row(2, "b") + "," + own("x"),
      R"("defaults": {"safe-minimal": {"mark": "not-supported", "known": "stated", "why": "sentence"}},)"));
  EXPECT_EQ(table.rows.at(1).row, 0);
  EXPECT_EQ(table.mark("x", BootMode::safe_networking).mark, Mark::supported);
  EXPECT_EQ(table.mark("x", BootMode::safe_minimal).mark, Mark::unknown) << "a default is the document's";
  EXPECT_EQ(
      refused(write(own("x") + ",\n" + row(2, "b") + ",\n" + own("x"))),
      "t/t1.json:4:9 (/rows/1/row): row 2 stands behind a check without a row; the document's rows come "
      "first\n"
      "t/t1.json:5:14 (/rows/2/scenario): \"x\" is already in this table");
}

TEST_F(TableFile, with_a_mark_for_normal_mode_is_refused) {
  EXPECT_EQ(refused(write(row(2, "b", std::string("{\"normal\": ") + kMark + "}"))),
            "t/t1.json:3:53 (/rows/0/marks/normal): normal mode is the control and has no mark; remove it");
}

TEST_F(TableFile, with_a_mark_that_contradicts_itself_is_refused) {
  const auto with = [&](const std::string& mark) {
    return refused(write(row(2, "b", "{\"safe-networking\": " + mark + "}")));
  };
  EXPECT_NE(with(R"({"mark": "unknown", "known": "stated", "why": "w"})").find("cannot be stated"),
            std::string::npos);
  EXPECT_NE(with(R"({"mark": "supported", "known": "unknown", "why": "w"})").find("is itself \"unknown\""),
            std::string::npos);
  EXPECT_NE(
      with(R"({"mark": "suported", "known": "stated", "why": "w"})").find("did you mean \"supported\"?"),
      std::string::npos);
  EXPECT_NE(with(R"({"mark": "supported", "known": "stated"})").find("a mark needs the key \"why\""),
            std::string::npos);
}

TEST_F(TableFile, called_otherwise_than_its_id_is_refused) {
  const auto path = files_.write("t/t2.json", R"({"format": 1, "id": "t1", "document": "D", "rows": [
    {"row": 1, "scenario": "a", "words": "W"}]})");
  EXPECT_EQ(refused(path),
            "t/t2.json:1:21 (/id): a table's file is called after its id: \"t2\", or rename the file");
}

TEST_F(TableFile, without_rows_is_refused) {
  EXPECT_NE(refused(write("")).find("t/t1.json:2:9 (/rows): this list is empty"), std::string::npos);
}

TEST_F(TableFile, is_found_in_its_folder_by_id) {
  write(row(1, "a"));
  files_.write("t/t1.confirmations.json", R"({"format": 1, "table": "t1", "confirmations": []})");
  files_.write("t/t2.json", R"({"format": 1, "id": "t2", "document": "D", "rows": [
    {"row": 1, "scenario": "a", "words": "W"}]})");
  const auto tables = load_support_tables(files_.path("t"));
  EXPECT_EQ(tables.size(), 2u);
  EXPECT_EQ(tables.at("t2").rows.size(), 1u);
}

TEST_F(TableFile, tells_the_problems_of_every_table_of_a_folder) {
  files_.write("t/a.json", "{");
  files_.write("t/b.json", "[");
  const auto text = refusal([&] { load_support_tables(files_.path("t")); });
  EXPECT_NE(text.find("a.json:1:2"), std::string::npos);
  EXPECT_NE(text.find("\nt/b.json:1:2"), std::string::npos);
}

TEST(CheckSupportTable, tells_what_a_reviewer_should_know) {
  SupportTable table;
  table.id = "t";
  const TableMark inferred{Mark::supported, MarkSource::inferred, "layout", {}};
  const TableMark stated{Mark::not_supported, MarkSource::stated, "sentence", {}};
  TableMark confirmed = inferred;
  confirmed.confirmed = Confirmation{"Jane", "2026-11-24", "print", Mark::supported};
  table.defaults[BootMode::safe_minimal] = stated;
  table.rows = {
      {1, "domain-logon", "Words of domain-logon", {{BootMode::safe_networking, inferred}}},
      {6, "pin-management", "Other words", {{BootMode::safe_networking, confirmed}}},
      {7, "certutil-scinf", "W", {{BootMode::safe_networking, TableMark{Mark::unknown, {}, "?", {}}}}}};
  EXPECT_EQ(
      check_support_table(table, small_catalogue()),
      (std::vector<std::string>{
          "row 1 (domain-logon), safe-networking: supported is inferred and confirmed by nobody (layout)",
          "row 6 (pin-management): the catalogue words it differently: \"Words of pin-management\", here "
          "\"Other "
          "words\"",
          "row 7 (certutil-scinf): the catalogue has no such scenario, so nothing checks this row; did you "
          "mean "
          "\"certutil-scinfo\"?",
          "row 7 (certutil-scinf), safe-networking: unknown (?)",
          "certutil-scinfo: the table has no row for this scenario of the catalogue (row 13)"}));
}

TEST(CheckSupportTable, says_nothing_of_an_own_check_that_the_table_does_not_list) {
  SupportTable table;
  auto catalogue = small_catalogue();
  const TableMark stated{Mark::supported, MarkSource::stated, "sentence", {}};
  for (const auto& s : catalogue.scenarios)
    table.rows.push_back({s.row, s.id, s.words, {{BootMode::safe_networking, stated}}});
  auto& own = catalogue.scenarios.emplace_back();
  own.id = "own";
  own.words = "Own words";
  EXPECT_EQ(check_support_table(table, catalogue), std::vector<std::string>{});
  table.rows.push_back({0, "own", "Other words", {}});
  EXPECT_EQ(
      check_support_table(table, catalogue),
      std::vector<std::string>{"own check (own): the catalogue words it differently: \"Own words\", here "
                               "\"Other words\""});
}

}  // namespace
}  // namespace smx::spec
