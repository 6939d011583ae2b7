#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "vm/card/device/card_device.h"
#include "vm/card/iso7816/apdu_trace.h"
#include "vm/card/iso7816/application.h"
#include "vm/card/memory/card_memory.h"

namespace smx::vm {

/// What a card can say of itself without being asked through a reader.
struct CardStatus {
  ReferenceData pin, puk;
  CardCounters counters;
};

/// A smart card in software: bytes of a command in, bytes of a response out. Thread-safe.
///
///   transmit -> parse -> join chains (CLA 10) -> SELECT / GET RESPONSE / application -> split (61xx) ->
///   trace
///
/// Every command gets an answer of at most 256 bytes and a status word, whatever its bytes are. A command
/// without Le (case 3, and case 4 over T=0) is answered 61xx when there is data, to be fetched by GET
/// RESPONSE.
class SmartCard : public CardDevice {
 public:
  /// Throws what the store's `load` throws.
  explicit SmartCard(std::unique_ptr<CardStore> store);
  ~SmartCard() override;

  Bytes atr() override;
  /// Never throws for what the command holds or for a store that fails (6581).
  Bytes transmit(ByteView command) override;
  /// Power off and on: security status, chains and waiting responses are lost.
  void reset() override;
  bool enter_reader() override { return !in_reader_.exchange(true); }
  void leave_reader() noexcept override { in_reader_ = false; }

  CardStatus status() const;
  CardData data() const;
  /// Other data in place of the card's, and a reset. Throws Error(environment) when it cannot be stored.
  void replace(CardData data);

  void note(const std::string& event) override;
  std::string take_trace();

 private:
  /// A chain of commands that has not ended (ISO/IEC 7816-4, 5.3.3).
  struct Chain {
    std::uint8_t ins = 0, p1 = 0, p2 = 0;
    Bytes data;
  };

  ResponseApdu answer(ByteView bytes, std::string& what);
  ResponseApdu complete(const CommandApdu& command, std::string& what);
  ResponseApdu link(const CommandApdu& command, std::string& what);
  ResponseApdu dispatch(const CommandApdu& command, std::string& what);
  ResponseApdu select(const CommandApdu& command);
  ResponseApdu get_response(const CommandApdu& command);
  /// What of `whole` may be sent now; the rest waits.
  ResponseApdu limit_response(ResponseApdu whole, std::optional<std::size_t> le);
  void install_application();
  void reset_locked();

  std::atomic<bool> in_reader_{false};
  mutable std::mutex mutex_;
  CardMemory memory_;
  std::vector<std::unique_ptr<Application>> applications_;
  Application* selected_ = nullptr;  ///< the first one is the default (SP 800-73-4 part 1, 2.2)
  std::optional<Chain> chain_;
  Bytes waiting_;            ///< response data that GET RESPONSE will fetch
  std::size_t fetched_ = 0;  ///< how much of `waiting_` was fetched
  ApduTrace trace_;
};

}  // namespace smx::vm
