#include "tests/system/matrix/matrix_fixture.h"

// Cards and readers that fail on purpose, in a real guest: by a catalogue of the test's own, whose scenarios
// begin with a fault.

namespace smx {
namespace {

namespace fs = std::filesystem;

/// A scenario of the catalogue with a fault before it.
struct Faulty {
  const char* id;
  const char* fault;
  const char* scenario;
  int time_limit_ms = 60000;
};

class CardFaultsTest : public MatrixTest {
 protected:
  void make_catalogue(const std::vector<Faulty>& entries) {
    fs::copy(fs::path(SMX_DATA), data_, fs::copy_options::recursive);
    const auto shipped = data_ / "shipped";
    fs::rename(data_ / "catalogue", shipped);
    fs::create_directory(data_ / "catalogue");
    int row = 0;
    for (const auto& entry : entries) {
      auto json = nlohmann::json::parse(read_file(shipped / (std::string(entry.scenario) + ".json")));
      json["id"] = entry.id;
      json["row"] = ++row;
      json["time_limit_ms"] = entry.time_limit_ms;
      json["steps"] = {{{"do", "card-fault"}, {"fault", entry.fault}}, {{"do", "agent"}, {"phase", "main"}}};
      write_file_atomically(data_ / "catalogue" / (std::string(entry.id) + ".json"), json.dump());
    }
  }
  /// Runs them once each, in normal mode.
  CommandResult run_catalogue() {
    const auto matrix = file("m.json", R"({"format": 1, "targets": [{"kind": "reference-linux",
      "support_table": null}], "modes": ["normal"], "attempts": 1})");
    auto c = command({"run", matrix});
    c.env["SMX_DATA_DIR"] = data_.string();
    c.time_limit = std::chrono::minutes(5);
    return run_command(c);
  }
  /// "failed (no-reader)" and the like, by scenario.
  std::map<std::string, std::string> observed() const {
    std::map<std::string, std::string> seen;
    const auto json = report();
    for (const auto& attempt : json.at("attempts")) {
      const auto cell = attempt.at("cell").get<std::string>();
      const auto& o = attempt.at("observation");
      seen[cell.substr(cell.rfind('/') + 1)] = o.at("outcome").get<std::string>() + " (" +
                                               o.at("cause").get<std::string>() + ") " +
                                               o.at("message").get<std::string>();
    }
    return seen;
  }

  const fs::path data_ = dir.path() / "data";
};

TEST_F(CardFaultsTest, are_what_the_guest_sees_and_never_freeze_it) {
  make_catalogue({{"dead", "dead", "certutil-scinfo", 6000},
                  {"garbled", "garbled-status", "certutil-scinfo"},
                  {"other", "wrong-atr", "certutil-scinfo"},
                  {"reader", "reader-removal", "certutil-scinfo"},
                  {"removal", "removal", "certutil-scinfo", 6000},
                  {"revoked", "revoked-certificate", "ssl-client-authentication"},
                  {"slow", "slow:5", "certutil-scinfo"}});
  const auto r = run_catalogue();
  ASSERT_NE(r.exit_code, 70) << r.err;
  expect_nothing_left();
  auto seen = observed();
  for (const auto& [id, what] : seen) RecordProperty(id, what);
  using testing::StartsWith;
  EXPECT_THAT(seen["slow"], StartsWith("passed ()")) << "late is not wrong";
  EXPECT_THAT(seen["other"], StartsWith("failed (other-card)"));
  EXPECT_THAT(seen["reader"],
              testing::AnyOf(StartsWith("failed (no-reader)"), StartsWith("failed (no-card)")));
  EXPECT_THAT(seen["revoked"], StartsWith("failed (tls-refused)"));
  for (const auto* id : {"dead", "garbled", "removal"})
    EXPECT_THAT(seen[id], testing::AnyOf(StartsWith("failed ("), StartsWith("timed-out ("))) << id;
  const auto json = report();
  for (const auto& boot : json.at("boots")) EXPECT_TRUE(boot.at("reader").at("proven").get<bool>());
}

}  // namespace
}  // namespace smx
