#pragma once

#include <functional>
#include <memory>

#include "vm/card/iso7816/status_word.h"
#include "vm/card/memory/card_data.h"
#include "vm/card/memory/card_store.h"

namespace smx::vm {

/// What happened on the card since it was opened.
struct CardCounters {
  std::uint64_t pin_changes = 0;
  std::uint64_t pin_blocks = 0;
  std::uint64_t signatures = 0;
  std::uint64_t keys_made = 0;
};

enum class Reference { pin, puk };

/// The card's non-volatile memory: its data, and the rules for PIN and PUK that hold for every application.
///
/// A try is counted and stored before the value is compared, so that pulling the plug never gives a free try.
/// Not thread-safe: its card serializes.
class CardMemory {
 public:
  explicit CardMemory(std::unique_ptr<CardStore> store);

  const CardData& data() const { return data_; }
  const CardCounters& counters() const { return counters_; }
  const ReferenceData& reference(Reference which) const {
    return which == Reference::pin ? data_.pin : data_.puk;
  }

  /// Compares, in constant time: 9000, which sets the counter back to its maximum, 63Cx with the tries left,
  /// or 6983 when there were none. `pin_verified` is the application's note of the PIN: false from the first
  /// moment of asking for the PIN, also when the store throws, and true once it was right. When the store
  /// throws before the comparison, nothing was compared and the exception comes through.
  StatusWord check(Reference which, ByteView candidate, bool& pin_verified);
  /// What VERIFY without data says: 63Cx, or 6983 when none is left (SP 800-73-4 part 2, 3.2.1).
  StatusWord tries_left(Reference which) const;
  /// A new value, with all tries, and what `also` changes in the same step. When the store throws, the old
  /// value stays.
  void set(Reference which, ByteView value, const std::function<void(CardData&)>& also = {});
  /// Changes the data as one step: `change` gets a copy, and when that was stored it takes the data's place.
  /// Whatever throws, `change` or the store, the old data stays, on the medium as in memory.
  void update(const std::function<void(CardData&)>& change);
  void count_signature() { ++counters_.signatures; }
  void count_key() { ++counters_.keys_made; }
  /// Other data in this card's place (the counters of what happened stay), stored.
  void replace(CardData data);

 private:
  void commit(Reference which, const ReferenceData& changed);

  std::unique_ptr<CardStore> store_;
  CardData data_;
  CardCounters counters_;
};

}  // namespace smx::vm
