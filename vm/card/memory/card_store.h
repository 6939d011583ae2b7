#pragma once

#include <utility>

#include "vm/card/memory/card_data.h"

namespace smx::vm {

/// Where a card's data lives while its power is off. One card at a time.
class CardStore {
 public:
  virtual ~CardStore() = default;
  /// Throws Error(usage) when what is there is no card.
  virtual CardData load() = 0;
  /// When it returns, the data survives a crash. Throws Error(environment).
  virtual void save(const CardData& data) = 0;
};

/// For cards that live as long as a run.
class MemoryCardStore : public CardStore {
 public:
  explicit MemoryCardStore(CardData data) : data_(std::move(data)) {}
  CardData load() override { return data_; }
  void save(const CardData& data) override { data_ = data; }

 private:
  CardData data_;
};

}  // namespace smx::vm
