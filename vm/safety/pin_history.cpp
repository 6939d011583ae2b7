#include "vm/safety/pin_history.h"

#include <algorithm>

namespace smx::vm {
namespace {

bool has(const std::vector<PinNumber>& list, PinNumber pin) {
  return std::find(list.begin(), list.end(), pin) != list.end();
}

}  // namespace

// A counter that did not fall says that what was presented did not fail, whether it arrived or not.
void PinHistory::settle_open_attempt(int left) {
  if (open_ && left < open_->left && !has(failed_, open_->pin)) failed_.push_back(open_->pin);
  open_.reset();
}

void PinHistory::apply(const LedgerRecord& r) {
  using Kind = LedgerRecord::Kind;
  switch (r.kind) {
    case Kind::card: return;
    case Kind::pin:
      salts_.emplace_back(r.pin, parse_hex(r.text).value_or(Bytes{}));
      next_ = std::max(next_, r.pin + 1);
      return;
    case Kind::change:
      settle_open_attempt(r.left);
      before_ = possible_;
      std::erase(possible_, r.pin);
      possible_.push_back(r.pin);
      if (std::erase(failed_, r.pin) != 0) stale_.push_back(r.pin);
      break;
    case Kind::changed:
      possible_ = {r.pin};
      failed_.clear();
      stale_.clear();
      eliminated_ = false;
      break;
    case Kind::unchanged:
      possible_ = before_;
      failed_.insert(failed_.end(), stale_.begin(), stale_.end());
      stale_.clear();
      break;
    case Kind::attempt:
      settle_open_attempt(r.left);
      open_ = Attempt{r.pin, r.left};
      break;
    case Kind::right:
      open_.reset();
      possible_ = {r.pin};
      eliminated_ = false;
      break;
    case Kind::wrong:
      open_.reset();
      eliminated_ = std::erase(possible_, r.pin) != 0 || eliminated_;
      failed_.push_back(r.pin);
      break;
    case Kind::blocking: blocking_ = true; break;
    case Kind::puk_wrong: puk_is_wrong_ = true; break;
    case Kind::anew:
    case Kind::clean: restart(); return;
  }
  clean_ = false;
}

// The salts stay: a PIN that was made is still going to be used.
void PinHistory::restart() {
  auto salts = std::move(salts_);
  const auto next = next_;
  *this = PinHistory();
  salts_ = std::move(salts);
  next_ = next;
}

std::optional<PinNumber> PinHistory::known() const {
  return possible_.size() == 1 ? std::optional(possible_.front()) : std::nullopt;
}

bool PinHistory::may_have_failed(PinNumber pin, int left) const {
  return has(failed_, pin) || (open_ && open_->pin == pin && left < open_->left);
}

std::optional<PinNumber> PinHistory::next_candidate(int left) const {
  const auto newest = [&](auto wanted) -> std::optional<PinNumber> {
    const auto found = std::find_if(possible_.rbegin(), possible_.rend(), wanted);
    return found == possible_.rend() ? std::nullopt : std::optional(*found);
  };
  const auto fresh = [&](PinNumber pin) { return !may_have_failed(pin, left); };
  if (const auto pin = newest([&](PinNumber p) { return fresh(p) && !has(stale_, p); })) return pin;
  if (const auto pin = newest(fresh)) return pin;
  // By elimination it is the right one, so whatever came of presenting it, it did not fail.
  return eliminated_ ? known() : std::nullopt;
}

std::optional<Bytes> PinHistory::salt(PinNumber pin) const {
  for (const auto& [number, salt] : salts_)
    if (number == pin) return salt;
  return std::nullopt;
}

}  // namespace smx::vm
