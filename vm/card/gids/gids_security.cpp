#include "vm/card/gids/gids_security.h"

#include <algorithm>
#include <utility>

#include "vm/card/gids/gids_keys.h"
#include "vm/card/iso7816/tlv.h"

namespace smx::vm {
namespace {

constexpr std::uint8_t kPin = 0x80, kPuk = 0x81, kLogOut = 0x82;
constexpr std::size_t kMutual = 16, kExternal = 8;
/// R2, R1, seven random bytes and 80: what both sides of a mutual authentication encrypt.
constexpr std::size_t kMutualResponse = 40;

bool is_reference(ByteView value) {
  return value.size() >= GidsSecurity::kShortest && value.size() <= GidsSecurity::kLongest;
}

std::uint8_t byte(int value) {
  return static_cast<std::uint8_t>(value);
}

}  // namespace

void GidsSecurity::forget() {
  pin_verified_ = admin_ = false;
  challenge_.clear();
  client_challenge_.clear();
}

bool GidsSecurity::satisfies(std::uint8_t condition) const {
  if (condition == 0xff) return false;
  if (condition == 0x00 || creating()) return true;
  if ((condition & 0x0f) > 1) return false;
  const bool all = (condition & 0x80) != 0, needs_user = (condition & 0x10) != 0,
             needs_admin = (condition & 0x20) != 0, needs_messaging = (condition & 0x40) != 0;
  if (all)
    return !needs_messaging && (needs_user || needs_admin) && (!needs_user || pin_verified_) &&
           (!needs_admin || admin_);
  return (needs_user && pin_verified_) || (needs_admin && admin_);
}

std::size_t GidsSecurity::length_of(Reference which) const {
  const auto& gids = memory_.data().gids;
  return static_cast<std::size_t>(which == Reference::pin ? gids.pin_length : gids.puk_length);
}

std::optional<Reference> GidsSecurity::referenced(std::uint8_t p2) const {
  if (p2 == kPin && length_of(Reference::pin) != 0) return Reference::pin;
  if (p2 == kPuk && length_of(Reference::puk) != 0) return Reference::puk;
  return std::nullopt;
}

void GidsSecurity::set(Reference which, ByteView value) {
  memory_.set(which, value, [&](CardData& data) {
    (which == Reference::pin ? data.gids.pin_length : data.gids.puk_length) = static_cast<int>(value.size());
  });
}

ResponseApdu GidsSecurity::verify(const CommandApdu& command) {
  if (command.p1 != 0x00) return sw::kWrongP1P2;
  if (command.p2 == kLogOut) {
    if (!command.data.empty()) return sw::kWrongData;
    forget();
    return sw::kOk;
  }
  const auto which = referenced(command.p2);
  if (!which || *which != Reference::pin) return sw::kReferenceNotFound;
  if (command.data.empty()) return pin_verified_ ? sw::kOk : memory_.tries_left(*which);
  if (!is_reference(command.data)) return memory_.tries_left(*which);
  return memory_.check(*which, command.data, pin_verified_);
}

/// The first value, which nothing protects yet: the card is issued with it.
StatusWord GidsSecurity::create(Reference which, ByteView value) {
  memory_.update([&](CardData& data) {
    auto& reference = which == Reference::pin ? data.pin : data.puk;
    reference = make_reference_data(value, reference.max_tries, reference.current.iterations);
    (which == Reference::pin ? data.gids.pin_length : data.gids.puk_length) = static_cast<int>(value.size());
  });
  return sw::kOk;
}

/// Old and new value in one piece: the old one has the length that the card knows. A shorter piece is
/// compared as a whole, so that its length tells nothing and costs a try.
StatusWord GidsSecurity::exchange(Reference which, ByteView old_and_new) {
  if (memory_.reference(which).tries_left == 0) return sw::kBlocked;
  if (old_and_new.size() < 2 * kShortest || old_and_new.size() > 2 * kLongest)
    return memory_.tries_left(which);
  const auto split = std::min(length_of(which), old_and_new.size());
  const auto result = memory_.check(which, old_and_new.first(split), pin_verified_);
  if (result != sw::kOk) return result;
  const auto fresh = old_and_new.subspan(split);
  if (!is_reference(fresh)) {
    pin_verified_ = false;  // a command that fails ends the verified state
    return sw::kWrongLength;
  }
  set(which, fresh);
  return sw::kOk;
}

ResponseApdu GidsSecurity::change_reference_data(const CommandApdu& command) {
  if (command.p1 > 0x01) return sw::kWrongP1P2;
  if (command.p2 != kPin && command.p2 != kPuk) return sw::kReferenceNotFound;
  const auto named = command.p2 == kPin ? Reference::pin : Reference::puk;
  if (command.p1 == 0x01) {
    if (!is_reference(command.data)) return sw::kWrongLength;
    if (creating()) return create(named, command.data);
    if (!referenced(command.p2)) return sw::kReferenceNotFound;
    if (named != Reference::pin || !pin_verified_) return sw::kSecurityNotSatisfied;
    set(named, command.data);
    return sw::kOk;
  }
  return referenced(command.p2) ? exchange(named, command.data) : sw::kReferenceNotFound;
}

StatusWord GidsSecurity::unblock_by_puk(ByteView puk_and_new) {
  if (!referenced(kPuk)) return sw::kReferenceNotFound;
  if (memory_.reference(Reference::puk).tries_left == 0) return sw::kBlocked;
  if (puk_and_new.size() < 2 * kShortest || puk_and_new.size() > 2 * kLongest)
    return memory_.tries_left(Reference::puk);
  const auto split = std::min(length_of(Reference::puk), puk_and_new.size());
  const auto result = memory_.check(Reference::puk, puk_and_new.first(split), pin_verified_);
  if (result != sw::kOk) return result;
  const auto fresh = puk_and_new.subspan(split);
  if (!is_reference(fresh)) return sw::kWrongLength;
  set(Reference::pin, fresh);
  return sw::kOk;
}

ResponseApdu GidsSecurity::reset_retry_counter(const CommandApdu& command) {
  if (command.p1 != 0x00 && command.p1 != 0x02) return sw::kWrongP1P2;
  if (command.p2 != kPin || !referenced(kPin)) return sw::kReferenceNotFound;
  if (creating()) return sw::kConditionsNotSatisfied;
  if (command.p1 == 0x00) return unblock_by_puk(command.data);
  if (!admin_) return sw::kSecurityNotSatisfied;
  if (!is_reference(command.data)) return sw::kWrongLength;
  set(Reference::pin, command.data);
  forget();  // an authentication of the administrator unblocks once
  return sw::kOk;
}

ResponseApdu GidsSecurity::general_authenticate(const CommandApdu& command) {
  if (command.p1p2() != 0x0000) return sw::kWrongP1P2;
  if (creating() || memory_.data().gids.admin_key.empty()) return sw::kConditionsNotSatisfied;
  const auto dynamic = find_tlv(command.data, 0x7c);
  if (!dynamic) return sw::kWrongData;
  if (const auto challenge = find_tlv(*dynamic, 0x81)) return give_challenge(*challenge);
  if (const auto response = find_tlv(*dynamic, 0x82)) return accept_response(*response);
  return sw::kWrongData;
}

/// An empty challenge asks for one of eight bytes (external authentication); one of sixteen bytes is the
/// client's own (mutual authentication).
ResponseApdu GidsSecurity::give_challenge(ByteView challenge_of_client) {
  admin_ = false;
  challenge_.clear();
  if (!challenge_of_client.empty() && challenge_of_client.size() != kMutual) return sw::kWrongData;
  client_challenge_.assign(challenge_of_client.begin(), challenge_of_client.end());
  challenge_ = random_bytes(challenge_of_client.empty() ? kExternal : kMutual);
  return {make_tlv(0x7c, make_tlv(0x81, challenge_)), sw::kOk};
}

ResponseApdu GidsSecurity::accept_response(ByteView response) {
  const auto mine = std::exchange(challenge_, {}), theirs = std::exchange(client_challenge_, {});
  if (mine.empty()) return sw::kConditionsNotSatisfied;
  const bool mutual = mine.size() == kMutual;
  if (response.size() != (mutual ? kMutualResponse : kExternal)) return sw::kSecurityNotSatisfied;
  const auto& key = memory_.data().gids.admin_key;
  const auto plain = gids::decrypt(key, response);
  Bytes expected = mine;
  append(expected, theirs);
  const auto claimed = ByteView(plain).first(expected.size());
  if (!equal_in_constant_time(claimed, expected) || (mutual && plain.back() != 0x80))
    return sw::kSecurityNotSatisfied;
  admin_ = true;
  if (!mutual) return sw::kOk;
  Bytes answer = theirs;
  append(answer, mine);
  append(answer, random_bytes(7));
  answer.push_back(0x80);
  return {make_tlv(0x7c, make_tlv(0x82, gids::encrypt(key, answer))), sw::kOk};
}

ResponseApdu GidsSecurity::retry_counters(std::uint32_t tag) const {
  const auto which = referenced(tag == 0x7f73 ? kPuk : kPin);
  if (!which) return sw::kReferenceNotFound;
  const auto& reference = memory_.reference(*which);
  Bytes content;
  append_tlv(content, 0x97, Bytes{byte(reference.tries_left)});
  append_tlv(content, 0x93, Bytes{byte(reference.max_tries)});
  return {make_tlv(tag, content), sw::kOk};
}

}  // namespace smx::vm
