#pragma once

#include <sys/types.h>

#include <string>
#include <thread>

#include "harness/core/cancel.h"
#include "vm/card/device/card_device.h"

namespace smx::vm {

/// A pcscd of this process's own, with vsmartcard's virtual reader, in namespaces of its own: its socket lies
/// on a private /run/pcscd, and the reader's driver, which listens on all addresses, has only a private
/// loopback. Programs that this process starts afterwards see this pcscd only.
///
/// The daemon is process 1 of a PID namespace: it dies with this process, and with it everything that was
/// started.
class PcscdSandbox {
 public:
  /// Moves this process into new namespaces; once, before any thread is started. Returns why it cannot be
  /// done here, or "" when it was.
  static std::string enter();

  /// Starts pcscd and waits for its reader. Throws Error(environment).
  PcscdSandbox();
  ~PcscdSandbox();
  PcscdSandbox(const PcscdSandbox&) = delete;
  PcscdSandbox& operator=(const PcscdSandbox&) = delete;

 private:
  pid_t pid_ = -1;
};

/// A card in the sandbox's reader for as long as this lives. The constructor returns when pcscd has seen it.
class CardInHostReader {
 public:
  /// `card` outlives this. Throws Error(environment).
  explicit CardInHostReader(CardDevice& card);
  ~CardInHostReader();
  CardInHostReader(const CardInHostReader&) = delete;
  CardInHostReader& operator=(const CardInHostReader&) = delete;

 private:
  CancelToken stop_;
  std::thread thread_;
};

}  // namespace smx::vm
