#pragma once

#include <filesystem>

#include "vm/card/memory/card_store.h"

namespace smx::vm {

/// A card file: JSON (docs/card.md), mode 0600, replaced atomically.
class FileCardStore : public CardStore {
 public:
  explicit FileCardStore(std::filesystem::path file) : file_(std::move(file)) {}
  CardData load() override;
  void save(const CardData& data) override;

 private:
  std::filesystem::path file_;
};

}  // namespace smx::vm
