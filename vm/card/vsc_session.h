#pragma once

#include <string>
#include <utility>

#include "vm/card/smart_card.h"
#include "vm/card/vsc_framing.h"

namespace smx::vm {

/// The card's side of one VSC connection, without the connection: bytes in, bytes out. Not thread-safe.
///
///   card                          QEMU
///    Init ------------------------>
///    <------------------------ Init     (its own; another one may follow ours)
///    ReaderAdd ------------------->
///    <--------------------- Error 0
///    ATR ------------------------->     once for an insertion: answering every Error 0 loops for ever
///    <--------------------- Error 0
///    <------------------------ APDU
///    APDU ------------------------>     every APDU is answered, or the guest waits for its time limit
class VscSession {
 public:
  /// `card` outlives this. Begins with our Init to be sent.
  VscSession(SmartCard& card, bool inserted);

  /// Takes what the peer sent. After a broken stream it takes nothing more.
  void receive(ByteView bytes);
  /// What is to be sent, once.
  Bytes take_output() { return std::exchange(output_, {}); }
  void set_inserted(bool inserted);

  /// QEMU said Init and has accepted our reader.
  bool attached() const { return phase_ == Phase::attached; }
  /// QEMU has accepted the ATR of the card that is in the reader.
  bool card_accepted() const { return card_accepted_; }
  /// Why the connection is of no use, in words; "" while it is.
  const std::string& trouble() const { return trouble_; }

 private:
  enum class Phase { waiting_for_init, adding_reader, attached };

  void handle(const VscMessage& message);
  void handle_init(const VscMessage& message);
  void handle_error(const VscMessage& message);
  void announce_card();

  SmartCard& card_;
  VscParser parser_;
  Bytes output_;
  Phase phase_ = Phase::waiting_for_init;
  std::uint32_t reader_ = kUndefinedReader;  ///< the id that QEMU gave our reader
  bool inserted_;
  bool waiting_for_atr_answer_ = false;
  bool card_accepted_ = false;
  std::string trouble_;
};

}  // namespace smx::vm
