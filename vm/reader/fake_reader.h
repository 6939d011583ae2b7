#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "harness/core/error.h"
#include "vm/reader/reader_session.h"

// A reader in memory, for the engine's tests: always attached, its card's state is what the test sets.

namespace smx::vm {

class FakeReaderProvider : public ReaderProvider {
 public:
  /// What every session opened from now on is like.
  CardState card{3, 3, 3, 3, true, true, 0, 0, 0};
  bool attached = true;
  std::string refuse;  ///< not empty: `open` throws Error(environment) with it
  bool physical = false;
  // Of a physical card only:
  bool moves = true, lost_a_try = false;
  std::string trouble;                ///< not empty: the reader is gone
  std::string pin_refusal;            ///< why no PIN may be presented
  std::vector<std::string> refusals;  ///< what the guard says after each scenario, in order
  Secret new_pin;
  bool may_block = true;
  std::string certificate_pem;

  std::unique_ptr<ReaderSession> open(const Reader& reader, const Card&,
                                      const std::filesystem::path&) override {
    if (!refuse.empty()) throw Error(ErrorKind::environment, refuse);
    note("open " + reader.id);
    return std::make_unique<Session>(*this);
  }

  /// "open R", "remove", "insert", "fault F", "restore", in order; thread-safe.
  std::vector<std::string> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  class Session : public ReaderSession, private PhysicalCard {
   public:
    explicit Session(FakeReaderProvider& provider) : provider_(provider) {
      credentials_.certificate_pem = provider.certificate_pem;
      credentials_.pin = Secret("24681357");
      credentials_.puk = Secret("86427531");
      credentials_.management_key = Secret("000102030405060708090a0b0c0d0e0f1011121314151617");
      credentials_.new_pin = provider.new_pin;
      credentials_.may_block = provider.may_block;
    }
    void attach_to(MachineSpec& spec) override { spec.card_socket = "/fake/card"; }
    std::vector<Fact> attachment(const std::string&) override {
      return {{"device", "there", provider_.attached ? "there" : "absent", provider_.attached, "live domain"},
              {"socket", "connected", "connected", true, "card server"}};
    }
    void remove_card() override { provider_.note("remove"); }
    void insert_card() override { provider_.note("insert"); }
    void set_fault(const std::string& fault) override { provider_.note("fault " + fault); }
    CardState state() override { return provider_.card; }
    void restore() override { provider_.note("restore"); }
    const CardCredentials& credentials() const override { return credentials_; }
    std::string take_trace() override { return "SELECT PIV -> 9000\n"; }
    PhysicalCard* physical() override { return provider_.physical ? this : nullptr; }

   private:
    std::string pin_refusal() override {
      provider_.note("pin?");
      return provider_.pin_refusal;
    }
    std::string take_refusals() override {
      // Asked before and after each scenario.
      if (++asked_ % 2 != 0 || provider_.refusals.empty()) return {};
      auto first = provider_.refusals.front();
      provider_.refusals.erase(provider_.refusals.begin());
      return first;
    }

    bool moves() const override { return provider_.moves; }
    bool still_has_tries(int left) override {
      provider_.note("tries " + std::to_string(left));
      return !provider_.lost_a_try;
    }
    std::string reader_trouble() override { return provider_.trouble; }

    FakeReaderProvider& provider_;
    CardCredentials credentials_;
    int asked_ = 0;
  };

  void note(const std::string& what) {
    const std::lock_guard lock(mutex_);
    asked_.push_back(what);
  }

  mutable std::mutex mutex_;
  std::vector<std::string> asked_;
};

}  // namespace smx::vm
