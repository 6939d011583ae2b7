#include "vm/safety/pin_history.h"

#include <algorithm>

namespace smx::vm {
namespace {

bool has(const std::vector<PinNumber>& list, PinNumber pin) {
  return std::find(list.begin(), list.end(), pin) != list.end();
}

}  // namespace

void PinHistory::only(PinNumber pin) {
  possible_ = {pin};
  eliminated_ = false;
  suspects_.clear();
}

// A counter that did not fall says that what was presented did not fail, whether it arrived or not.
void PinHistory::settle_open_attempt(int left) {
  if (open_ && left < open_->left && !has(suspects_, open_->pin)) suspects_.push_back(open_->pin);
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
      break;
    case Kind::changed: only(r.pin); break;
    case Kind::unchanged: possible_ = before_; break;
    case Kind::attempt:
      settle_open_attempt(r.left);
      open_ = Attempt{r.pin, r.left};
      break;
    case Kind::right:
      open_.reset();
      only(r.pin);
      break;
    case Kind::wrong:
      open_.reset();
      std::erase(possible_, r.pin);
      std::erase(suspects_, r.pin);
      eliminated_ = true;
      break;
    case Kind::blocking: blocking_ = true; break;
    case Kind::puk_wrong: puk_is_wrong_ = true; break;
    case Kind::anew:
    case Kind::clean: begin_anew(); return;
  }
  clean_ = false;
}

// The salts stay: a PIN that was made is still going to be used.
void PinHistory::begin_anew() {
  auto salts = std::move(salts_);
  const auto next = next_;
  *this = PinHistory();
  salts_ = std::move(salts);
  next_ = next;
}

std::optional<PinNumber> PinHistory::known() const {
  return possible_.size() == 1 ? std::optional(possible_.front()) : std::nullopt;
}

bool PinHistory::is_suspect(PinNumber pin, int left) const {
  return has(suspects_, pin) || (open_ && open_->pin == pin && left < open_->left);
}

std::optional<PinNumber> PinHistory::next_candidate(int left) const {
  const auto found = std::find_if(possible_.rbegin(), possible_.rend(),
                                  [&](PinNumber pin) { return !is_suspect(pin, left); });
  if (found != possible_.rend()) return *found;
  // By elimination it is the right one, so whatever came of presenting it, it did not fail.
  return eliminated_ ? known() : std::nullopt;
}

std::optional<Bytes> PinHistory::salt(PinNumber pin) const {
  for (const auto& [number, salt] : salts_)
    if (number == pin) return salt;
  return std::nullopt;
}

}  // namespace smx::vm
