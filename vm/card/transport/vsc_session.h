#pragma once

#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "vm/card/transport/vsc_framing.h"

namespace smx::vm {

/// Something that the card is to do for a connection. It may take as long as a card takes, so it is done by
/// a thread that may wait, and the answer is brought back by `VscSession::done`.
struct CardTask {
  enum class Kind { power_on, command, power_off };
  Kind kind = Kind::command;
  std::uint32_t reader = 0;
  unsigned insertion = 0;  ///< which one: an answer of a card that was taken out goes nowhere
  Bytes command;
};

/// The card's side of one VSC connection, without connection and card: bytes in, bytes and tasks out. Not
/// thread-safe.
///
///   card                          QEMU
///    Init ------------------------>
///    <------------------------ Init     (its own; another one may follow ours)
///    ReaderAdd ------------------->
///    <--------------------- Error 0
///    ATR ------------------------->     once for an insertion: answering every Error 0 loops for ever
///    <--------------------- Error 0
///    <------------------------ APDU
///    APDU ------------------------>     answered at once, in QEMU's eyes: the socket never waits for a card
///    ReaderRemove ---------------->     the guest's USB device goes; ReaderAdd brings it back
class VscSession {
 public:
  /// Begins with our Init to be sent.
  explicit VscSession(bool inserted);

  /// Takes what the peer sent. After a broken stream it takes nothing more.
  void receive(ByteView bytes);
  /// What is to be sent, once.
  Bytes take_output() { return std::exchange(output_, {}); }
  /// What the card is to do next, each once, in order.
  std::optional<CardTask> next_task();
  /// What came of a task: a response, an ATR, or nothing from a mute card.
  void done(const CardTask& task, ByteView answer);

  void set_inserted(bool inserted);
  /// Without its reader there is no card either; `inserted` says whether one comes back with it.
  void set_reader_present(bool present);

  /// QEMU said Init and has accepted our reader.
  bool attached() const { return phase_ == Phase::attached; }
  /// QEMU has accepted the ATR of the card that is in the reader.
  bool card_accepted() const { return card_accepted_; }
  /// No card is on its way into the reader: its ATR was sent, or there is none.
  bool settled() const { return !powering_; }
  /// Why the connection is of no use, in words; "" while it is.
  const std::string& trouble() const { return trouble_; }

 private:
  enum class Phase { waiting_for_init, adding_reader, attached, without_reader };

  void handle(const VscMessage& message);
  void handle_init(const VscMessage& message);
  void handle_error(const VscMessage& message);
  void handle_apdu(const VscMessage& message);
  void add_reader();
  void announce_card();
  void forget_card();
  void send(VscType type, ByteView payload);

  VscParser parser_;
  Bytes output_;
  std::deque<CardTask> tasks_;
  std::deque<VscType> unanswered_;  ///< what we sent, in order, that QEMU answers by an Error each
  Phase phase_ = Phase::waiting_for_init;
  std::uint32_t reader_ = kUndefinedReader;  ///< the id that QEMU gave our reader
  bool inserted_;
  bool reader_wanted_ = true;
  unsigned insertion_ = 0;
  bool powering_ = false;
  bool card_accepted_ = false;
  std::string trouble_;
};

}  // namespace smx::vm
