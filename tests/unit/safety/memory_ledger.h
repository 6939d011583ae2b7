#pragma once

#include <functional>
#include <memory>
#include <string>

#include "vm/safety/pin_ledger.h"

namespace smx::vm {

/// A disk in memory, which outlives the stores on it.
struct LedgerDisk {
  std::string text;
  /// Called with what is about to be appended, before it is; may throw, having put a part of it there.
  std::function<void(std::string_view)> before_append = [](std::string_view) {};
  std::function<void()> after_append = [] {}, before_replace = [] {}, after_replace = [] {};
};

class MemoryLedgerStore : public LedgerStore {
 public:
  explicit MemoryLedgerStore(LedgerDisk& disk) : disk_(disk) {}
  std::string load() override { return disk_.text; }
  void append(std::string_view line) override {
    disk_.before_append(line);
    disk_.text += line;
    disk_.after_append();
  }
  void replace(std::string_view all) override {
    disk_.before_replace();
    disk_.text = all;
    disk_.after_replace();
  }

 private:
  LedgerDisk& disk_;
};

inline std::unique_ptr<PinLedger> open_ledger(LedgerDisk& disk, const std::string& id = "c0ffee") {
  return std::make_unique<PinLedger>(std::make_unique<MemoryLedgerStore>(disk), id);
}

}  // namespace smx::vm
