#include "vm/card/memory/card_memory.h"

namespace smx::vm {

CardMemory::CardMemory(std::unique_ptr<CardStore> store) : store_(std::move(store)), data_(store_->load()) {}

void CardMemory::update(const std::function<void(CardData&)>& change) {
  auto changed = data_;
  change(changed);
  store_->save(changed);
  data_ = std::move(changed);
}

void CardMemory::commit(Reference which, const ReferenceData& changed) {
  update([&](CardData& data) { (which == Reference::pin ? data.pin : data.puk) = changed; });
}

StatusWord CardMemory::tries_left(Reference which) const {
  const int left = reference(which).tries_left;
  return left == 0 ? sw::kBlocked : sw::tries_left(left);
}

StatusWord CardMemory::check(Reference which, ByteView candidate, bool& pin_verified) {
  if (which == Reference::pin) pin_verified = false;
  auto counted = reference(which);
  if (counted.tries_left <= 0) return sw::kBlocked;
  --counted.tries_left;
  commit(which, counted);  // before the comparison: SP 800-73-4 leaves the order open, attackers do not
  if (!matches(counted.current, candidate)) {
    if (counted.tries_left == 0 && which == Reference::pin) ++counters_.pin_blocks;
    return sw::tries_left(counted.tries_left);
  }
  counted.tries_left = counted.max_tries;
  commit(which, counted);
  if (which == Reference::pin) pin_verified = true;
  return sw::kOk;
}

void CardMemory::set(Reference which, ByteView value, const std::function<void(CardData&)>& also) {
  auto changed = reference(which);
  changed.current = make_verifier(value, changed.current.iterations);
  changed.is_initial = matches(changed.initial, value);
  changed.tries_left = changed.max_tries;
  update([&](CardData& data) {
    (which == Reference::pin ? data.pin : data.puk) = changed;
    if (also) also(data);
  });
  if (which == Reference::pin) ++counters_.pin_changes;
}

void CardMemory::replace(CardData data) {
  store_->save(data);
  data_ = std::move(data);
}

}  // namespace smx::vm
