#pragma once

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/time_types.h"
#include "harness/core/types.h"
#include "tests/issued_card.h"
#include "vm/boot/reference_linux_boot.h"
#include "vm/card/device/smart_card.h"
#include "vm/card/transport/vsc_server.h"
#include "vm/hypervisor/libvirt_hypervisor.h"
#include "vm/image/image_store.h"
#include "vm/image/overlay.h"
#include "vm/lab/lab_ca.h"
#include "vm/reader/card_files.h"
#include "vm/reader/flawed_certificate.h"

namespace smx::vm {

/// A reference guest (reference-linux in Safe Mode with Networking, if a test says no other) with the
/// project's own card in its reader, and the agent in it: for scenarios that are asked with cards that are
/// not good for them. One boot a test, as scenarios leave nothing behind. Skips, saying why, where the guest
/// is not built.
class GuestWithCard : public testing::Test {
 protected:
  static constexpr const char* kPin = "24681357";
  static constexpr const char* kNonce = "0123456789abcdef0123456789abcdef";

  void SetUp() override {
    std::optional<Image> image;
    try {
      image = ImageStore(cache_home() / "images").newest(guest_);
    } catch (const Error& e) {
      GTEST_SKIP() << e.what();
    }
    MachineSpec spec;
    spec.name = "smx-guest-with-card";
    spec.run_token = "guest-with-card";
    strategy_ = strategy(*image);
    strategy_->set_mode(spec, mode_);
    spec.disk = folder_.path() / "overlay.qcow2";
    create_overlay(image->disk(), spec.disk, cancel_);
    spec.card_socket = server_.socket();
    machine_ = hypervisor_.start(spec, cancel_);
    ASSERT_TRUE(machine_->wait_for_agent(Milliseconds(120000)));
    machine_->channel().put_file(strategy_->agent_path(), read_file(SMX_AGENT), 0755);
  }

  virtual std::unique_ptr<BootStrategy> strategy(const Image& image) {
    return std::make_unique<ReferenceLinuxBoot>(image);
  }
  std::vector<std::string> agent(const std::string& scenario) const {
    auto argv = strategy_->agent_command();
    argv.insert(argv.end(), {"run", scenario});
    return argv;
  }

  /// What the guest is told of the lab.
  virtual nlohmann::json lab() = 0;

  GuestResult run(std::vector<std::string> argv, const std::string& input = "") {
    return machine_->channel().execute({std::move(argv), input, Milliseconds(120000)});
  }
  nlohmann::json input(const std::string& pin, const std::string& phase) {
    return {{"format", 1},    {"nonce", kNonce},
            {"phase", phase}, {"time_limit_ms", time_limit_},
            {"lab", lab()},   {"credentials", {{"pin", pin}, {"management_key", management_key_}}}};
  }
  nlohmann::json result(const char* scenario, const std::string& pin, const std::string& phase) {
    const auto end = run(agent(scenario), input(pin, phase).dump());
    EXPECT_EQ(end.code, 0) << end.err;
    EXPECT_EQ((end.out + end.err).find(pin), std::string::npos) << "the PIN is in what the agent says";
    auto parsed = nlohmann::json::parse(end.out, nullptr, false);
    RecordProperty(scenario, parsed.dump());
    return parsed;
  }
  /// The first check that did not pass, as "id outcome cause", the consequence of an earlier one only when
  /// there is nothing else; "passed" when all did.
  std::string verdict(const char* scenario, const std::string& pin = kPin,
                      const std::string& phase = "main") {
    const auto said = result(scenario, pin, phase);
    if (said.is_discarded()) return "no result";
    std::string consequence = "passed";
    for (const auto& check : said.at("checks")) {
      if (check.at("outcome") == "passed") continue;
      const auto text = check.at("id").get<std::string>() + " " + check.at("outcome").get<std::string>() +
                        " " + check.at("cause").get<std::string>();
      if (check.at("cause") != "earlier-check") return text;
      if (consequence == "passed") consequence = text;
    }
    return consequence;
  }
  void expect_nothing_left() {
    EXPECT_EQ(run({"/bin/ls", "/run"}).out.find("smx"), std::string::npos) << run({"/bin/ls", "/run"}).out;
  }

  static CardData card_of(const CardHolder& holder, const LabCa& ca) {
    CreateCardOptions options;
    options.holder = holder;
    return issue_card(Secret(kPin), Secret("86427531"), options, ca);
  }
  /// Puts this card into the reader.
  void insert(CardData card) { card_.replace(std::move(card)); }
  void insert_flawed(FaultKind flaw) { card_.replace(with_flawed_certificate(good_, flaw, ca_)); }

  const TempDir folder_{"/tmp", "smx-gc"};
  const CancelToken cancel_;
  const LabCa ca_;
  const CardData good_ = card_of({}, ca_);
  const std::string management_key_ = hex(as_bytes(good_.management_key->key.reveal()));
  SmartCard card_{std::make_unique<MemoryCardStore>(good_)};
  VscServer server_{card_, folder_.path() / "card.sock"};
  LibvirtHypervisor hypervisor_{LibvirtOptions{
      "qemu:///embed", Acceleration::automatic, "guest-with-card", {}, {}, Milliseconds(60000)}};
  std::string guest_ = "reference-linux";
  BootMode mode_ = BootMode::safe_networking;
  std::unique_ptr<BootStrategy> strategy_;
  std::unique_ptr<Machine> machine_;
  int time_limit_ = 60000;
};

}  // namespace smx::vm
