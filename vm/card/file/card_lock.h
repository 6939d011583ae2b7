#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "harness/core/files.h"

namespace smx::vm {

/// The right to be the one card that a card file is, until destruction or the process's death. Two at once
/// would each hold a state of their own, and a wrong PIN would cost one of them nothing. Reading the file
/// needs no lock: it is replaced as a whole.
///
/// It lies beside the file (`alice.card.lock`) and stays there; its text names the process that has the card.
class CardLock {
 public:
  /// `use` is for the message that others get: "served at vpcd:127.0.0.1". Throws Error(usage) naming the
  /// other use when another process has the card, and when the file is not there; Error(environment).
  CardLock(const std::filesystem::path& card_file, const std::string& use);

 private:
  std::unique_ptr<FileLock> lock_;
};

}  // namespace smx::vm
