#pragma once

#include <filesystem>
#include <memory>

#include "vm/card/device/card_device.h"

namespace smx::vm {

/// A card behind QEMU's virtual reader: listens on a unix socket from construction on (QEMU connects when it
/// starts, and a start is refused where no process listens), in threads of its own until destruction.
///
/// One peer at a time; the next one is taken when it has gone, as after a restored checkpoint, and a second
/// one meanwhile is turned away. The socket's thread always reads, never blocks on writing and never waits
/// for the card, which has a thread of its own: QEMU's writes to this socket block its main thread, and so
/// the whole guest.
class VscServer {
 public:
  /// `card` outlives this. Throws Error(environment): the path is longer than a socket's may be (107 bytes),
  /// or cannot be bound. A socket that is left there is replaced.
  VscServer(CardDevice& card, std::filesystem::path socket, bool inserted = true);
  /// Abandons the card, closes the connection and removes the socket.
  ~VscServer();

  const std::filesystem::path& socket() const;
  /// A QEMU is there, said Init, and has accepted the reader.
  bool connected() const;
  /// Why the last connection ended or is of no use, for a person; "" when there is nothing to tell.
  std::string trouble() const;

  /// Blocks until the message has been handed to the socket, or the thread has found that no peer is
  /// connected.
  void set_inserted(bool inserted);
  bool inserted() const;
  /// The whole reader goes, or comes back; at once, without waiting for QEMU, which leaves its USB device on
  /// the guest's bus all the same (docs/card.md).
  void set_reader_present(bool present);
  /// Takes the card out without waiting, for a caller that is the card itself.
  void eject() noexcept;
  /// Blocks until `connected()` and, with a card inserted, until QEMU has accepted its ATR; false after
  /// `limit`.
  bool wait_until_ready(std::chrono::milliseconds limit) const;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace smx::vm
