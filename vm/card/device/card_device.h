#pragma once

#include <string>

#include "harness/core/bytes.h"
#include "harness/core/error.h"

namespace smx::vm {

/// What is in a reader: it has power, and it answers commands. The card in software is one, a card in a
/// host's reader is one, and others stand before these to watch or to change what passes. Thread-safe;
/// nothing here throws.
class CardDevice {
 public:
  virtual ~CardDevice() = default;
  virtual Bytes atr() = 0;
  /// The response to a command: data, SW1, SW2. Blocks as long as the card takes. Empty: the card is mute,
  /// and the reader has nothing to hand on.
  virtual Bytes transmit(ByteView command) = 0;
  /// Power off and on: every security status is lost.
  virtual void reset() = 0;
  /// Puts "card inserted" and the like into the trace, where there is one.
  virtual void note(const std::string& event) { (void)event; }
  /// A card is in one reader at a time, so that no two of them share a login: false when it is in one
  /// already.
  virtual bool enter_reader() { return true; }
  virtual void leave_reader() noexcept {}
  /// Answers are not needed any more: a `transmit` that blocks returns soon, empty, and so do later ones.
  virtual void abandon() noexcept {}
};

/// A card in a reader, for as long as this lives.
class InReader {
 public:
  /// `card` outlives this. Throws Error(usage) when it is in another reader.
  explicit InReader(CardDevice& card) : card_(card) {
    if (!card_.enter_reader())
      throw Error(ErrorKind::usage, "the card is in another reader already; take it out of that one first");
  }
  ~InReader() { card_.leave_reader(); }
  InReader(const InReader&) = delete;
  InReader& operator=(const InReader&) = delete;

 private:
  CardDevice& card_;
};

}  // namespace smx::vm
