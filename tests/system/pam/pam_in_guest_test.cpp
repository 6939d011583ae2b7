// Who must not get in: PAM's services of the reference guest, asked by the agent's scenarios in a real guest,
// with cards that are not good for it. One boot is enough, as the scenarios leave nothing behind.

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "vm/boot/reference_linux_boot.h"
#include "vm/card/smart_card.h"
#include "vm/card/vsc_server.h"
#include "vm/hypervisor/libvirt_hypervisor.h"
#include "vm/image/image_store.h"
#include "vm/image/overlay.h"
#include "vm/lab/lab_ca.h"
#include "vm/lab/x509_text.h"
#include "vm/reader/card_files.h"
#include "vm/reader/flawed_certificate.h"

namespace smx::vm {
namespace {

using nlohmann::json;

constexpr const char* kPin = "24681357";
constexpr const char* kNonce = "0123456789abcdef0123456789abcdef";

CardData card_of(const CardHolder& holder, const LabCa& ca) {
  CreateCardOptions options;
  options.holder = holder;
  return issue_card(Secret(kPin), Secret("86427531"), options, ca);
}

class PamInGuest : public testing::Test {
 protected:
  void SetUp() override {
    std::optional<Image> image;
    try {
      image = ImageStore(cache_home() / "images").newest("reference-linux");
    } catch (const Error& e) {
      GTEST_SKIP() << e.what();
    }
    MachineSpec spec;
    spec.name = "smx-pam-in-guest";
    spec.run_token = "pam-in-guest";
    const ReferenceLinuxBoot boot(*image);
    boot.set_mode(spec, BootMode::safe_networking);
    spec.disk = folder_.path() / "overlay.qcow2";
    create_overlay(image->disk(), spec.disk, cancel_);
    spec.card_socket = server_.socket();
    machine_ = hypervisor_.start(spec, cancel_);
    ASSERT_TRUE(machine_->wait_for_agent(Milliseconds(120000)));
    agent_ = boot.agent_path();
    machine_->channel().put_file(agent_, read_file(SMX_AGENT), 0755);
  }

  GuestResult run(std::vector<std::string> argv, const std::string& input = "") {
    return machine_->channel().execute({std::move(argv), input, Milliseconds(120000)});
  }
  json input(const std::string& pin, const std::string& user) const {
    const json nobody{{"host", "10.0.2.2"}, {"port", 9}, {"name", "nobody.lab.test"}};
    return {{"format", 1},
            {"nonce", kNonce},
            {"time_limit_ms", 60000},
            {"credentials", {{"pin", pin}}},
            {"lab",
             {{"realm", "LAB.TEST"},
              {"domain", "lab.test"},
              {"user", user},
              {"other_user", user == "user" ? "other" : "user"},
              {"ca_pem", ca_.chain_pem()},
              {"crl_pem", ca_.revocation_lists_pem()},
              {"kdc", nobody},
              {"web", nobody}}}};
  }
  /// The first check that did not pass, as "id outcome cause"; "passed" when there is none.
  std::string verdict(const char* scenario, const std::string& pin = kPin, const std::string& user = "user") {
    const auto result = run({agent_, "run", scenario}, input(pin, user).dump());
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ((result.out + result.err).find(pin), std::string::npos) << "the PIN is in what the agent says";
    const auto parsed = json::parse(result.out, nullptr, false);
    if (parsed.is_discarded()) return "no result: " + result.err;
    RecordProperty(scenario, parsed.dump());
    for (const auto& check : parsed.at("checks"))
      if (check.at("outcome") != "passed" && check.at("cause") != "earlier-check")
        return check.at("id").get<std::string>() + " " + check.at("outcome").get<std::string>() + " " +
               check.at("cause").get<std::string>();
    return "passed";
  }
  void expect_nothing_left() {
    EXPECT_EQ(run({"/bin/ls", "/run"}).out.find("smx"), std::string::npos) << run({"/bin/ls", "/run"}).out;
  }

  const TempDir folder_{"/tmp", "smx-pg"};
  const CancelToken cancel_;
  const LabCa ca_;
  const CardData good_ = card_of({}, ca_);
  SmartCard card_{std::make_unique<MemoryCardStore>(good_)};
  VscServer server_{card_, folder_.path() / "card.sock"};
  LibvirtHypervisor hypervisor_{
      LibvirtOptions{"qemu:///embed", Acceleration::automatic, "pam-in-guest", {}, {}, Milliseconds(60000)}};
  std::unique_ptr<Machine> machine_;
  std::string agent_;
};

TEST_F(PamInGuest, lets_in_the_card_s_holder_and_nobody_else) {
  EXPECT_EQ(verdict("unlock-workstation"), "passed");
  EXPECT_EQ(verdict("user-account-control"), "passed");
  EXPECT_EQ(card_.status().pin.tries_left, 3) << "neither spends a try";
  expect_nothing_left();

  EXPECT_EQ(verdict("unlock-workstation", "11111111"), "unlocked-by-card failed pkcs11-login-failed");
  EXPECT_EQ(card_.status().pin.tries_left, 2) << "a wrong PIN is tried once";
  EXPECT_EQ(verdict("user-account-control", "11111111"), "elevated-by-card failed pkcs11-login-failed");
  EXPECT_EQ(card_.status().pin.tries_left, 1) << "a wrong PIN is tried once";

  for (const auto& [flaw, cause] : {std::pair{FaultKind::expired_certificate, "certificate-expired"},
                                    std::pair{FaultKind::untrusted_certificate, "certificate-not-trusted"},
                                    std::pair{FaultKind::revoked_certificate, "certificate-revoked"}}) {
    card_.replace(with_flawed_certificate(good_, flaw, ca_));
    EXPECT_EQ(verdict("unlock-workstation"), std::string("unlocked-by-card failed ") + cause);
  }
  EXPECT_EQ(verdict("user-account-control"), "elevated-by-card failed certificate-revoked");

  // A good card of somebody who has an account, and no right.
  card_.replace(card_of({"Other", "other@LAB.TEST"}, ca_));
  EXPECT_EQ(verdict("unlock-workstation"), "unlocked-by-card failed other-user");
  EXPECT_EQ(verdict("user-account-control"), "elevated-by-card failed other-user");
  EXPECT_EQ(verdict("user-account-control", kPin, "other"), "elevated-by-card failed no-right");
  // The same name in another realm is somebody else.
  card_.replace(card_of({"User", "user@ELSEWHERE.TEST"}, ca_));
  EXPECT_EQ(verdict("unlock-workstation"), "unlocked-by-card failed other-user");

  server_.set_inserted(false);
  EXPECT_EQ(verdict("unlock-workstation"), "refused-without-pin failed no-card");
  expect_nothing_left();
}

}  // namespace
}  // namespace smx::vm
