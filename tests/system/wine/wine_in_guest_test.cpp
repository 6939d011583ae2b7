// The Windows agent in the guest with Wine, asked for by the same questions as a run asks, with cards that
// are good for it and cards that are not.

#include <chrono>

#include "tests/issued_card.h"
#include "tests/system/guest_with_card.h"
#include "vm/boot/reference_wine_boot.h"

namespace smx::vm {
namespace {

using testing::HasSubstr;

constexpr const char* kWrongPin = "11111111";

class WineInGuest : public GuestWithCard {
 protected:
  WineInGuest() {
    guest_ = "reference-wine";
    mode_ = BootMode::normal;
    time_limit_ = 90000;
  }
  std::unique_ptr<BootStrategy> strategy(const Image& image) override {
    return std::make_unique<ReferenceWineBoot>(image);
  }
  nlohmann::json lab() override { return nullptr; }
  nlohmann::json input(const std::string& pin, const std::string& phase) {
    auto all = GuestWithCard::input(pin, phase);
    all.erase("lab");
    all["card"] = {{"application", application_}};
    all["credentials"]["puk"] = "86427531";
    return all;
  }
  nlohmann::json ask(const char* scenario, const std::string& pin = kPin, const std::string& phase = "main") {
    const auto end = run(agent(scenario), input(pin, phase).dump());
    EXPECT_EQ(end.code, 0) << end.err;
    EXPECT_EQ(end.err, "");
    EXPECT_EQ((end.out + end.err).find(pin), std::string::npos) << "the PIN is in what the agent says";
    return nlohmann::json::parse(end.out, nullptr, false);
  }
  /// As `verdict`, of a result.
  static std::string first_trouble(const nlohmann::json& said) {
    for (const auto& check : said.at("checks"))
      if (check.at("outcome") != "passed")
        return check.at("id").get<std::string>() + " " + check.at("outcome").get<std::string>() + " " +
               check.at("cause").get<std::string>();
    return "passed";
  }
  std::string outcome(const char* scenario, const std::string& pin = kPin,
                      const std::string& phase = "main") {
    return first_trouble(ask(scenario, pin, phase));
  }
  int tries() const { return card_.status().pin.tries_left; }

  std::string application_ = "piv";
};

TEST_F(WineInGuest, proves_normal_mode_and_no_other_and_its_reader) {
  const auto facts = ask("facts").at("details");
  for (const auto mode : {BootMode::normal, BootMode::safe_networking, BootMode::safe_minimal})
    EXPECT_EQ(prove(strategy_->mode_facts(mode, facts), 3).proven, mode == BootMode::normal)
        << name(mode) << facts.dump(2);
  EXPECT_TRUE(prove(strategy_->reader_facts("08e6:4433", facts), 1).proven) << facts.dump(2);
  EXPECT_FALSE(prove(strategy_->reader_facts("08e6:3437", facts), 1).proven);

  const auto image = ImageStore(cache_home() / "images").newest(guest_);
  EXPECT_LE(image.manifest.disk_size + image.manifest.kernel_size + image.manifest.initrd_size, 700u << 20);
  EXPECT_EQ(run({"/usr/sbin/svc", "status", "wine"}).out, "running\n");
  EXPECT_EQ(run({"/usr/sbin/svc", "status", "pcscd"}).out, "running\n");
}

TEST_F(WineInGuest, tells_of_a_program_what_it_printed_and_how_it_ended) {
  const std::string wine = "/usr/local/bin/wine-agent";
  const auto echoed = run({wine, "cmd.exe", "/c", "echo out& echo err>&2& exit 7"});
  EXPECT_EQ(echoed.code, 7);
  EXPECT_EQ(echoed.out, "out\r\n");
  EXPECT_EQ(echoed.err, "err\r\n");
  EXPECT_THAT(run({wine, "find.exe", "b"}, "abc\r\nxyz\r\n").out, HasSubstr("abc"));
  EXPECT_NE(run({wine, "/no/such.exe"}).code, 0);
  EXPECT_THAT(run({strategy_->agent_command()[0], strategy_->agent_path(), "run", "no-such-scenario"}).err,
              HasSubstr("no-such-scenario"));
  EXPECT_EQ(run({"/bin/ls", "/run"}).out.find("wine-agent."), std::string::npos) << "nothing is left behind";

  EXPECT_EQ(run({"/usr/sbin/svc", "stop", "wine"}).code, 0);
  EXPECT_EQ(run({"/usr/sbin/svc", "status", "wine"}).out, "stopped\n");
  EXPECT_EQ(run({"/usr/sbin/svc", "start", "wine"}).code, 0);
  EXPECT_EQ(run({wine, "cmd.exe", "/c", "exit 3"}).code, 3);
}

TEST_F(WineInGuest, carries_the_scenarios_of_a_piv_card_and_no_other_end) {
  const auto scinfo = ask("certutil-scinfo");
  EXPECT_EQ(first_trouble(scinfo), "passed");
  EXPECT_EQ(scinfo.at("details").at("route"), "winscard");
  EXPECT_EQ(card_.status().counters.signatures, 1u);
  EXPECT_EQ(outcome("device-management", kPin, "present"), "card-driver not-applicable no-card-drivers");
  EXPECT_EQ(outcome("pin-management"), "passed");
  EXPECT_EQ(tries(), 3) << "every try that was spent is given back";
  EXPECT_TRUE(card_.status().pin.is_initial);

  EXPECT_THAT(outcome("certutil-scinfo", kWrongPin), HasSubstr("signature-made failed wrong-pin"));
  EXPECT_EQ(tries(), 2) << "a wrong PIN is tried once";
  EXPECT_EQ(card_.status().counters.signatures, 1u) << "and nothing is signed with it";
  EXPECT_EQ(outcome("certutil-scinfo"), "passed");

  server_.set_inserted(false);
  EXPECT_THAT(outcome("certutil-scinfo"), HasSubstr("failed no-card"));
  EXPECT_EQ(outcome("device-management", kPin, "removed"), "passed");
  EXPECT_THAT(outcome("device-management", kPin, "present"), HasSubstr("card-present failed no-card"));
  EXPECT_THAT(outcome("pin-management"), HasSubstr("no-card"));
  server_.set_inserted(true);
  EXPECT_EQ(outcome("device-management", kPin, "inserted"), "passed");
  EXPECT_EQ(outcome("certutil-scinfo"), "passed");

  // Last: it puts the PIN back by the PUK, to what it takes for the PIN.
  EXPECT_THAT(outcome("pin-management", kWrongPin), HasSubstr("pin-changed failed wrong-status"));
}

TEST_F(WineInGuest, carries_the_scenarios_of_a_gids_card_and_no_other_end) {
  CreateCardOptions options;
  options.application = CardApplication::gids;
  options.admin_key = Secret(std::string(48, '7'));
  auto data = issue_card(Secret(kPin), Secret(), options, ca_);
  insert(std::move(data));
  application_ = "gids";
  EXPECT_EQ(outcome("certutil-scinfo"), "passed");
  EXPECT_EQ(outcome("device-management", kPin, "present"), "card-driver not-applicable no-card-drivers");
  EXPECT_THAT(outcome("certutil-scinfo", kWrongPin), HasSubstr("signature-made failed wrong-pin"));
  EXPECT_EQ(tries(), 2) << "a wrong PIN is tried once";
  EXPECT_EQ(outcome("certutil-scinfo"), "passed");
}

TEST_F(WineInGuest, passes_the_agents_own_tests) {
  if (!std::filesystem::exists(SMX_AGENT_TEST))
    GTEST_SKIP() << SMX_AGENT_TEST << " is not built (Debian: googletest)";
  machine_->channel().put_file("/root/agent-test.exe", read_file(SMX_AGENT_TEST), 0755);
  const auto result = run({"/usr/local/bin/wine-agent", "/root/agent-test.exe", "--gtest_brief=1"});
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("PASSED"));
  EXPECT_THAT(result.out, testing::Not(HasSubstr("FAILED")));
}

}  // namespace
}  // namespace smx::vm
