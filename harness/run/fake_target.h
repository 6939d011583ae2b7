#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/core/error.h"
#include "harness/core/types.h"
#include "harness/run/target_driver.h"
#include "vm/guest/fake_guest.h"

// A target in memory, for the engine's tests: no image, and an agent that is a function.

namespace smx::run {

/// Sets the mode by name on the command line and believes the agent's `mode` fact.
class FakeBoot : public vm::BootStrategy {
 public:
  void set_mode(vm::MachineSpec& spec, BootMode mode) const override { spec.command_line = name(mode); }
  std::vector<Fact> mode_facts(BootMode asked, const nlohmann::json& facts) const override {
    const auto actual = facts.is_object() ? facts.value("mode", "") : "";
    const Fact fact{"mode", std::string(name(asked)), actual, actual == name(asked), "agent"};
    return {fact, fact, fact};
  }
  std::vector<Fact> reader_facts(const std::string&, const nlohmann::json&) const override {
    return {{"bus", "there", "there", true, "agent"}};
  }
  std::string agent_path() const override { return "/run/agent"; }
};

class FakeTarget : public TargetDriver {
 public:
  std::string refuse_overlay;                  ///< not empty: Error(environment) with it
  const vm::BootStrategy* strategy = nullptr;  ///< null: FakeBoot

  bool without_tls13 = false;
  std::map<std::string, std::string> made_with;  ///< its evidence_files

  const vm::BootStrategy& boot() const override { return strategy != nullptr ? *strategy : boot_; }
  std::string_view agent() const override { return "the agent's program"; }
  void create_overlay(const std::filesystem::path&) const override {
    if (!refuse_overlay.empty()) throw Error(ErrorKind::environment, refuse_overlay);
  }
  std::map<std::string, std::string> evidence_files() const override { return made_with; }
  bool lacks_tls13() const override { return without_tls13; }
  std::map<std::string, std::string> describe() const override { return {{"image", "fake"}}; }

 private:
  FakeBoot boot_;
};

class FakeServices : public HostServices {
 public:
  std::map<std::string, std::vector<verify::TlsSeen>> log;
  nlohmann::json parameters(const std::string& service) override { return {{"name", service}}; }
  nlohmann::json lab() override { return {{"realm", "FAKE.TEST"}}; }
  std::vector<std::string> accepted;
  void accept_client(const std::string& certificate_pem) override { accepted.push_back(certificate_pem); }
  std::vector<verify::TlsSeen> tls_log(const std::string& path) override { return log[path]; }
  std::string absent_witness;  ///< not empty: why the lab cannot be asked
  verify::LabWitness lab_witness() override {
    return {"user@LAB.TEST", [] { return std::vector<verify::KdcSeen>{}; },
            [](const std::string&) { return std::vector<verify::WebSeen>{}; }, absent_witness};
  }
};

namespace fake {

/// A well-formed agent result for the command's own nonce and phase.
inline std::string result(const vm::GuestCommand& command, const nlohmann::json& checks,
                          const nlohmann::json& details = nlohmann::json::object()) {
  const auto input = nlohmann::json::parse(command.input);
  return nlohmann::json{{"format", 1},
                        {"scenario", command.argv.at(2)},
                        {"phase", input.at("phase")},
                        {"nonce", input.at("nonce")},
                        {"checks", checks},
                        {"details", details}}
      .dump();
}

inline vm::FakeGuest::Handler reports(nlohmann::json checks) {
  return [checks](const vm::GuestCommand& command, vm::FakeGuest&) {
    vm::GuestResult r;
    r.out = result(command, checks);
    return r;
  };
}

inline vm::FakeGuest::Handler passes() {
  return reports({{{"id", "done"}, {"outcome", "passed"}, {"cause", ""}, {"message", "ok"}}});
}
inline vm::FakeGuest::Handler fails(const std::string& cause) {
  return reports({{{"id", "done"}, {"outcome", "failed"}, {"cause", cause}, {"message", "it did not work"}}});
}

/// Facts of a guest that is in `mode`.
inline vm::FakeGuest::Handler facts(const std::string& mode) {
  return [mode](const vm::GuestCommand& command, vm::FakeGuest&) {
    vm::GuestResult r;
    r.out = result(command, nlohmann::json::array(), {{"mode", mode}});
    return r;
  };
}

}  // namespace fake
}  // namespace smx::run
