#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "scenarios/agent/core/platform.h"
#include "scenarios/agent/core/reporter.h"

// A system in memory, for the tests of scenarios: what is not there is not there because the test says so.

namespace smx::agent {

/// A card whose answers the test gives; `transmitted` records every command.
class FakeConnection : public CardConnection {
 public:
  struct Card {
    Bytes atr;
    std::function<Bytes(const Bytes&)> answer;  ///< to a command
    std::function<void()> on_reset = [] {};
    Bytes features;
    std::function<Bytes(std::uint32_t)> on_control;  ///< may throw StepFailure
    std::vector<Bytes> transmitted;
    int open_connections = 0;
    // Of shared connections only:
    std::function<void()> on_connect_shared = [] {};  ///< may throw StepFailure
    bool tells_of_power_up = true;  ///< the other connections get `card-reset` until they reconnect
    std::function<void()> on_power_cycle = [] {};
    int power_cycles = 0;
    std::recursive_mutex transaction;  ///< programs may use the card on threads of their own
  };
  explicit FakeConnection(Card& card) : card_(card) { ++card_.open_connections; }
  ~FakeConnection() override { --card_.open_connections; }
  FakeConnection(const FakeConnection&) = delete;
  FakeConnection& operator=(const FakeConnection&) = delete;

  Bytes transmit(const Bytes& command) override {
    card_.transmitted.push_back(command);
    return card_.answer(command);
  }
  Bytes atr() override { return card_.atr; }
  Bytes features() override { return card_.features; }
  Bytes control(std::uint32_t code, const Bytes&) override { return card_.on_control(code); }
  void reset() override { card_.on_reset(); }

 private:
  Card& card_;
};

/// One of several connections to the same card.
class FakeSharedConnection : public SharedCard {
 public:
  explicit FakeSharedConnection(FakeConnection::Card& card) : card_(card), seen_(card.power_cycles) {
    ++card_.open_connections;
  }
  ~FakeSharedConnection() override { --card_.open_connections; }
  FakeSharedConnection(const FakeSharedConnection&) = delete;
  FakeSharedConnection& operator=(const FakeSharedConnection&) = delete;

  Bytes transmit(const Bytes& command) override {
    const std::lock_guard alone(card_.transaction);
    require_known_power_up();
    card_.transmitted.push_back(command);
    return card_.answer(command);
  }
  Bytes atr() override {
    require_known_power_up();
    return card_.atr;
  }
  void begin() override {
    require_known_power_up();
    card_.transaction.lock();
  }
  void end() noexcept override { card_.transaction.unlock(); }
  void power_cycle() override {
    seen_ = ++card_.power_cycles;
    card_.on_power_cycle();
  }
  void reconnect() override { seen_ = card_.power_cycles; }

 private:
  void require_known_power_up() const {
    if (card_.tells_of_power_up && seen_ != card_.power_cycles)
      throw StepFailure(CheckOutcome::failed, "card-reset", "another program reset the card");
  }
  FakeConnection::Card& card_;
  int seen_;
};

/// One reader. `changes` are the states that `wait_for_change` gives one after the other; without any it
/// gives the state back, as when the time is over.
class FakePlatform : public Platform {
 public:
  FakeConnection::Card card;
  std::vector<std::string> readers{"Reader 0"};
  ReaderStatus now;
  std::deque<ReaderStatus> changes;
  std::function<void(SystemService)> on_require = [](SystemService) {};  ///< may throw StepFailure
  CardDriver driver{CheckOutcome::not_applicable, "no-card-drivers", "no drivers for cards"};
  std::map<std::string, std::string> kept;

  void require(SystemService service, const Deadline&) override { on_require(service); }
  std::unique_ptr<SmartCards> smart_cards(const Deadline&) override {
    on_require(SystemService::smart_card);
    return std::make_unique<Cards>(*this);
  }
  CardDriver card_driver(const Bytes&, const Deadline&) override { return driver; }
  std::string run_folder() const override { return "/tmp"; }
  void keep(const std::string& key, const std::string& text) override { kept[key] = text; }
  std::string take(const std::string& key) override {
    auto text = kept[key];
    kept.erase(key);
    return text;
  }

 private:
  class Cards : public SmartCards {
   public:
    explicit Cards(FakePlatform& platform) : platform_(platform) {}
    std::vector<std::string> readers() override { return platform_.readers; }
    ReaderStatus status(const std::string&) override { return platform_.now; }
    ReaderStatus wait_for_change(const std::string&, const ReaderStatus& before,
                                 Deadline::Duration) override {
      if (platform_.changes.empty()) return before;
      auto next = platform_.changes.front();
      platform_.changes.pop_front();
      return next;
    }
    std::unique_ptr<CardConnection> connect(const std::string&) override {
      if (!platform_.card.answer) throw StepFailure(CheckOutcome::failed, "no-card", "no card");
      return std::make_unique<FakeConnection>(platform_.card);
    }
    std::unique_ptr<SharedCard> connect_shared(const std::string&) override {
      platform_.card.on_connect_shared();
      return std::make_unique<FakeSharedConnection>(platform_.card);
    }

   private:
    FakePlatform& platform_;
  };
};

}  // namespace smx::agent
