#include "vm/safety/guarded_card.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "vm/card/memory/reference_data.h"
#include "vm/card/piv/piv_names.h"

namespace smx::vm {
namespace {

constexpr std::uint8_t kPivPin = 0x80;
constexpr std::size_t kReferenceSize = 8;
constexpr std::array<std::uint8_t, 5> kPivAid{0xa0, 0x00, 0x00, 0x03, 0x08};

/// Spending a try must leave kLeastTries.
constexpr int kTriesToSpend = kLeastTries + 1;

template <std::size_t N>
bool in(const std::array<std::uint8_t, N>& list, std::uint8_t ins) {
  return std::find(list.begin(), list.end(), ins) != list.end();
}

/// READ BINARY, READ RECORD, GET CHALLENGE, GET RESPONSE, GET DATA; a YubiKey's serial number, attestation
/// and version.
bool only_reads(std::uint8_t ins) {
  constexpr std::array<std::uint8_t, 9> kList{0x84, 0xb0, 0xb2, 0xc0, 0xca, 0xcb, 0xf8, 0xf9, 0xfd};
  return in(kList, ins);
}

/// What writes, makes keys, ends or resets: ISO/IEC 7816-8 and -9, SP 800-73-4, and the vendors' own.
bool manages(std::uint8_t ins) {
  constexpr std::array<std::uint8_t, 25> kList{0x04, 0x0e, 0x26, 0x28, 0x2e, 0x44, 0x46, 0x47, 0x82,
                                               0xd0, 0xd2, 0xd6, 0xd8, 0xda, 0xdb, 0xdc, 0xe0, 0xe2,
                                               0xe4, 0xe6, 0xe8, 0xf6, 0xfa, 0xfb, 0xfe};
  return in(kList, ins) || ins == 0xff;
}

/// The keys of SP 800-73-4 part 1, table 4: 9A, 9C, 9D, 9E and the retired ones. Not 9B.
bool is_card_key(std::uint8_t reference) {
  return reference == 0x9a || (reference >= 0x9c && reference <= 0x9e) ||
         (reference >= 0x82 && reference <= 0x95);
}

bool is_success_status(StatusWord word) {
  return word == sw::kOk || (word & 0xff00) == 0x6100;
}

bool same(const Secret& secret, ByteView padded) {
  if (secret.empty()) return false;
  auto expected = pad_reference(secret.reveal());
  const bool equal = equal_in_constant_time(expected, padded);
  wipe(expected);
  return equal;
}

}  // namespace

GuardedCard::GuardedCard(CardDevice& card, PinLedger& ledger, Rules rules)
    : card_(card), ledger_(&ledger), rules_(std::move(rules)) {}

Bytes GuardedCard::transmit(ByteView bytes) {
  const std::lock_guard lock(mutex_);
  const auto command = parse_command(bytes);
  if (!command) return encode(sw::kWrongLength);
  try {
    return decide(*command, bytes);
  } catch (const Error& e) {
    return refuse(e.what());  // the ledger cannot be written, so nothing is done
  }
}

Bytes GuardedCard::decide(const CommandApdu& c, ByteView bytes) {
  // Chains begin with bit 5; secure messaging and logical channels would hide what is done.
  const bool chained = c.cla == 0x10;
  if (c.cla != 0x00 && !chained)
    return manages(c.ins) ? refuse(piv::describe(c), sw::kSecurityNotSatisfied)
                          : unknown(c, sw::kClaNotSupported);
  switch (c.ins) {
    case 0x20:
    case 0x24:
    case 0x2c: break;
    case 0xa4: return select(c, bytes);
    case 0x87:
      if (is_card_key(c.p2)) return card_.transmit(bytes);
      return refuse(piv::describe(c) + ", which is not a key of the card's owner", sw::kSecurityNotSatisfied);
    default:
      if (only_reads(c.ins)) return card_.transmit(bytes);
      return manages(c.ins) ? refuse(piv::describe(c) + ", which manages the card", sw::kSecurityNotSatisfied)
                            : unknown(c, sw::kInsNotSupported);
  }
  // Over T=0 a P3 that is not 0 announces data that are not there.
  if (c.data.empty() && c.le.value_or(256) != 256) return encode(sw::kWrongLength);
  if (c.ins == 0x20 && c.data.empty() && !chained) return card_.transmit(bytes);  // status, log out
  if (chained) return refuse(piv::describe(c) + " in a chain");
  if (!piv_is_selected()) return refuse(piv::describe(c) + " outside the PIV application");
  if (c.p2 != kPivPin || c.p1 != 0) return refuse(piv::describe(c) + ", which is not the PIV PIN");
  if (ledger_ == nullptr) return refuse(piv::describe(c) + ", for a card whose PIN was not given");
  return c.ins == 0x20 ? verify(c, bytes) : c.ins == 0x24 ? change(c, bytes) : unblock(c, bytes);
}

Bytes GuardedCard::select(const CommandApdu& c, ByteView bytes) {
  auto response = card_.transmit(bytes);
  if (!is_success_status(status_of(response))) return response;  // what was selected stays selected
  const bool piv = c.p1 == 0x04 && c.data.size() >= kPivAid.size() &&
                   std::equal(kPivAid.begin(), kPivAid.end(), c.data.begin());
  selected_ = piv ? Selected::piv : Selected::other;
  return response;
}

bool GuardedCard::piv_is_selected() {
  if (selected_ == Selected::unknown && is_success_status(status_of(card_.transmit(select_piv_command()))))
    selected_ = Selected::piv;
  return selected_ == Selected::piv;
}

std::optional<int> GuardedCard::tries_left() {
  const auto status = status_of(card_.transmit(Bytes{0x00, 0x20, 0x00, kPivPin}));
  // Verified: the last value presented was right, which filled the counter.
  return status == sw::kOk ? std::optional(rules_.full) : tries_in(status);
}

/// Whether a try may be spent, or the last ones with the owner's leave, which the ledger then knows of.
bool GuardedCard::allow_spending(int left) {
  if (left >= kTriesToSpend) return true;
  if (!rules_.allow_blocking || rules_.owner.puk.empty() || ledger_->history().puk_is_wrong()) return false;
  if (!ledger_->history().blocking()) ledger_->note({.kind = LedgerRecord::Kind::blocking});
  return true;
}

Bytes GuardedCard::verify(const CommandApdu& c, ByteView bytes) {
  const auto left = tries_left();
  if (!left) return refuse("VERIFY, because the card does not tell its retry counter");
  const bool right = is_known_right(c.data);
  if (right && *left < kLeastTries && !(rules_.allow_blocking && ledger_->history().blocking()))
    return refuse(fmt::format("VERIFY of the card's PIN with {} left", *left));
  if (!right && has_failed(c.data)) return refuse("VERIFY of a PIN that failed before");
  const auto number = number_of(c.data);
  if (!right && number && *number != kOriginalPin)
    return refuse("VERIFY of the controller's own PIN, which the card does not have");
  if (!right && !allow_spending(*left))
    return refuse(fmt::format("VERIFY of another PIN with {} left", *left));
  return right ? card_.transmit(bytes) : spend_try(number, *left, c.data, bytes);
}

/// Presents what is not the card's PIN. The original one is journalled, so that a recovery never presents it
/// a second time without need.
Bytes GuardedCard::spend_try(std::optional<PinNumber> number, int left, ByteView value, ByteView bytes) {
  using Kind = LedgerRecord::Kind;
  if (number) ledger_->note({.kind = Kind::attempt, .pin = *number, .left = left});
  auto response = card_.transmit(bytes);
  const auto status = status_of(response);
  if (status != sw::kOk) remember_failure(value);
  if (number && status == sw::kOk) ledger_->note({.kind = Kind::right, .pin = *number});
  if (number && tries_in(status)) ledger_->note({.kind = Kind::wrong, .pin = *number});
  return response;
}

Bytes GuardedCard::change(const CommandApdu& c, ByteView bytes) {
  if (c.data.size() != 2 * kReferenceSize) return encode(sw::kWrongLength);
  const auto left = tries_left();
  if (!left || *left < kTriesToSpend)
    return refuse(left ? fmt::format("CHANGE REFERENCE DATA with {} left", *left)
                       : "CHANGE REFERENCE DATA, because the card does not tell its retry counter");
  if (!is_known_right(c.data.first(kReferenceSize)))
    return refuse("CHANGE REFERENCE DATA from another PIN than the card's");
  const auto to = number_of(c.data.subspan(kReferenceSize));
  if (!to) return refuse("CHANGE REFERENCE DATA to a PIN that the ledger would not lead back to");
  return journalled(*to, *left, bytes);
}

Bytes GuardedCard::unblock(const CommandApdu& c, ByteView bytes) {
  if (!rules_.allow_blocking)
    return refuse("RESET RETRY COUNTER, because the matrix does not say allow_blocking for this card");
  if (c.data.size() != 2 * kReferenceSize) return encode(sw::kWrongLength);
  if (!same(rules_.owner.puk, c.data.first(kReferenceSize)))
    return refuse("RESET RETRY COUNTER by another PUK than the one given");
  if (ledger_->history().puk_is_wrong()) return refuse("RESET RETRY COUNTER by a PUK that failed before");
  const auto to = number_of(c.data.subspan(kReferenceSize));
  if (!to) return refuse("RESET RETRY COUNTER to a PIN that the ledger would not lead back to");
  allow_spending(0);  // from now on the PUK may mend what is left half done
  auto response = journalled(*to, tries_left().value_or(0), bytes);
  if (tries_in(status_of(response))) ledger_->note({.kind = LedgerRecord::Kind::puk_wrong});
  return response;
}

Bytes GuardedCard::journalled(PinNumber to, int left, ByteView bytes) {
  using Kind = LedgerRecord::Kind;
  ledger_->note({.kind = Kind::change, .pin = to, .left = left});
  auto response = card_.transmit(bytes);
  const auto status = status_of(response);
  if (status == sw::kOk) {
    ledger_->note({.kind = Kind::changed, .pin = to});
    failed_.clear();
  } else if (is_refusal(status)) {
    ledger_->note({.kind = Kind::unchanged, .pin = to});
  }
  return response;
}

Bytes GuardedCard::refuse(const std::string& what, StatusWord status) {
  card_.note("guard: refused " + what);
  if (refusals_.size() < 16) refusals_.push_back(what);
  return encode(status);
}

Bytes GuardedCard::unknown(const CommandApdu& c, StatusWord status) {
  card_.note("guard: kept from the card: " + piv::describe(c));
  return encode(status);
}

std::optional<PinNumber> GuardedCard::number_of(ByteView padded) const {
  if (same(rules_.owner.pin, padded)) return kOriginalPin;
  if (same(rules_.new_pin, padded)) return rules_.new_number;
  return std::nullopt;
}

bool GuardedCard::is_known_right(ByteView padded) const {
  const auto known = ledger_->history().known();
  return known && number_of(padded) == known;
}

bool GuardedCard::has_failed(ByteView value) const {
  Bytes keyed = hash_key_;
  append(keyed, value);
  const auto hash = sha256_hex(as_text(keyed));
  wipe(keyed);
  return std::find(failed_.begin(), failed_.end(), hash) != failed_.end();
}

void GuardedCard::remember_failure(ByteView value) {
  Bytes keyed = hash_key_;
  append(keyed, value);
  failed_.push_back(sha256_hex(as_text(keyed)));
  wipe(keyed);
}

void GuardedCard::reset() {
  const std::lock_guard lock(mutex_);
  selected_ = Selected::unknown;
  card_.reset();
}

std::string GuardedCard::take_refusals() {
  const std::lock_guard lock(mutex_);
  std::string text;
  for (const auto& refusal : refusals_) text += (text.empty() ? "" : "; ") + refusal;
  refusals_.clear();
  return text;
}

void GuardedCard::exclusively(const std::function<void()>& work) {
  const std::lock_guard lock(mutex_);
  selected_ = Selected::unknown;
  work();
}

void GuardedCard::pin_was_changed() {
  failed_.clear();
}

}  // namespace smx::vm
