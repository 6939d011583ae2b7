#include "vm/card/piv_application.h"

#include <fmt/core.h>

#include <algorithm>

#include "vm/card/piv_objects.h"
#include "vm/card/tlv.h"

namespace smx::vm {
namespace {

enum Ins : std::uint8_t {
  kVerify = 0x20,
  kChangeReferenceData = 0x24,
  kResetRetryCounter = 0x2c,
  kGeneralAuthenticate = 0x87,
  kGetData = 0xcb,
};

constexpr std::uint8_t kPivPin = 0x80, kPuk = 0x81;
constexpr std::uint8_t kRsa2048 = 0x07, kP256 = 0x11, kTripleDes = 0x03, kTripleDesToo = 0x00;
constexpr std::uint8_t kCardManagement = 0x9b;
constexpr std::size_t kReferenceSize = 8;
constexpr std::uint32_t kDiscovery = 0x7e;

struct ObjectName {
  std::uint32_t tag;
  std::string_view name;
};
/// SP 800-73-4 part 1, table 3 and part 1, table 4.
constexpr ObjectName kObjects[] = {
    {kObjectCcc, "card capability container"},
    {kObjectChuid, "CHUID"},
    {kObjectAuthenticationCertificate, "9A certificate"},
    {0x5fc10a, "9C certificate"},
    {0x5fc10b, "9D certificate"},
    {0x5fc101, "9E certificate"},
    {0x5fc103, "fingerprints"},
    {0x5fc106, "security object"},
    {0x5fc108, "facial image"},
    {0x5fc109, "printed information"},
    {0x5fc10c, "key history"},
    {0x5fc121, "iris images"},
    {kDiscovery, "discovery object"},
};

const ObjectName* find_object(std::uint32_t tag) {
  const auto* found = std::ranges::find(kObjects, tag, &ObjectName::tag);
  return found == std::end(kObjects) ? nullptr : found;
}

/// The tag in GET DATA's tag list; nothing when the data field is not exactly one.
std::optional<std::uint32_t> requested_tag(ByteView data) {
  TlvReader reader(data);
  const auto list = reader.next();
  if (!list || list->tag != 0x5c || list->value.empty() || list->value.size() > 3 || reader.next() ||
      reader.broken()) {
    return std::nullopt;
  }
  std::uint32_t tag = 0;
  for (auto b : list->value) tag = tag << 8 | b;
  return tag;
}

std::string_view reference_name(std::uint8_t p2) {
  switch (p2) {
    case 0x00: return "global PIN";
    case kPivPin: return "PIN";
    case kPuk: return "PUK";
    default: return "unknown reference";
  }
}

std::string describe_get_data(const CommandApdu& command) {
  const auto tag = requested_tag(command.data);
  if (!tag) return "GET DATA (no tag list)";
  const auto* object = find_object(*tag);
  return object != nullptr ? fmt::format("GET DATA {}", object->name) : fmt::format("GET DATA {:X}", *tag);
}

std::string_view algorithm_name(std::uint8_t p1) {
  switch (p1) {
    case kRsa2048: return "RSA 2048";
    case kP256: return "P-256";
    default: return "other algorithm";
  }
}

/// What GENERAL AUTHENTICATE asks to be signed: 7C { 82 empty, 81 challenge } (SP 800-73-4 part 2, 3.2.4).
std::optional<ByteView> challenge_to_sign(ByteView data) {
  const auto dynamic = find_tlv(data, 0x7c);
  if (!dynamic) return std::nullopt;
  const auto response = find_tlv(*dynamic, 0x82);
  const auto challenge = find_tlv(*dynamic, 0x81);
  if (!response || !response->empty() || !challenge || challenge->empty()) return std::nullopt;
  return challenge;
}

}  // namespace

bool PivApplication::answers_to(ByteView aid) const {
  const auto full = piv::application_identifier();
  return aid.size() >= 5 && aid.size() <= full.size() && std::equal(aid.begin(), aid.end(), full.begin());
}

ResponseApdu PivApplication::select() {
  return {piv::application_property_template(), sw::kOk};
}

ResponseApdu PivApplication::process(const CommandApdu& command) {
  switch (command.ins) {
    case kGetData: return get_data(command);
    case kVerify: return verify(command);
    case kChangeReferenceData: return change_reference_data(command);
    case kResetRetryCounter: return reset_retry_counter(command);
    case kGeneralAuthenticate: return general_authenticate(command);
    default: return sw::kInsNotSupported;
  }
}

ResponseApdu PivApplication::get_data(const CommandApdu& command) {
  if (command.p1p2() != 0x3fff) return sw::kWrongP1P2;
  const auto tag = requested_tag(command.data);
  if (!tag) return sw::kWrongData;
  if (*tag == kDiscovery) return {make_tlv(kDiscovery, piv::discovery_object()), sw::kOk};
  const auto& objects = memory_.data().objects;
  const auto found = objects.find(*tag);
  if (found == objects.end()) return sw::kNotFound;
  return {make_tlv(0x53, found->second), sw::kOk};
}

StatusWord PivApplication::check(Reference which, ByteView candidate) {
  pin_verified_ =
      pin_verified_ && which != Reference::pin;  // whatever happens now, also when the store throws
  switch (memory_.check(which, candidate)) {
    case ReferenceCheck::right:
      if (which == Reference::pin) pin_verified_ = true;
      return sw::kOk;
    case ReferenceCheck::wrong: return sw::tries_left(memory_.reference(which).tries_left);
    case ReferenceCheck::blocked: break;
  }
  return sw::kBlocked;
}

ResponseApdu PivApplication::verification_status() const {
  if (pin_verified_) return sw::kOk;
  const int left = memory_.data().pin.tries_left;
  return left == 0 ? sw::kBlocked : sw::tries_left(left);
}

ResponseApdu PivApplication::verify(const CommandApdu& command) {
  if (command.p1 != 0x00 && command.p1 != 0xff) return sw::kWrongP1P2;
  if (command.p2 != kPivPin) return sw::kReferenceNotFound;
  if (command.p1 == 0xff) {  // reset the security status (SP 800-73-4 part 2, 3.2.1)
    if (!command.data.empty()) return sw::kWrongData;
    pin_verified_ = false;
    return sw::kOk;
  }
  if (command.data.empty()) return verification_status();
  if (!is_padded_pin(command.data)) return sw::kWrongData;
  return check(Reference::pin, command.data);
}

ResponseApdu PivApplication::change_reference_data(const CommandApdu& command) {
  if (command.p1 != 0x00) return sw::kWrongP1P2;
  if (command.p2 != kPivPin && command.p2 != kPuk) return sw::kReferenceNotFound;
  if (command.data.size() != 2 * kReferenceSize) return sw::kWrongData;
  const auto which = command.p2 == kPivPin ? Reference::pin : Reference::puk;
  const auto old_value = command.data.first(kReferenceSize);
  const auto new_value = command.data.subspan(kReferenceSize);
  if (memory_.reference(which).tries_left == 0) return sw::kBlocked;
  if (which == Reference::pin && (!is_padded_pin(old_value) || !is_padded_pin(new_value)))
    return sw::kWrongData;
  const auto result = check(which, old_value);
  if (result == sw::kOk) memory_.set(which, new_value);
  return result;
}

ResponseApdu PivApplication::reset_retry_counter(const CommandApdu& command) {
  if (command.p1 != 0x00) return sw::kWrongP1P2;
  if (command.p2 != kPivPin) return sw::kReferenceNotFound;
  if (command.data.size() != 2 * kReferenceSize) return sw::kWrongData;
  const auto new_pin = command.data.subspan(kReferenceSize);
  if (memory_.reference(Reference::puk).tries_left == 0) return sw::kBlocked;
  if (!is_padded_pin(new_pin)) return sw::kWrongData;
  const auto result = check(Reference::puk, command.data.first(kReferenceSize));
  if (result == sw::kOk) memory_.set(Reference::pin, new_pin);  // the PIN's security status stays as it is
  return result;
}

ResponseApdu PivApplication::challenge_administrator(const CommandApdu& command) {
  if (command.p1 != kTripleDes && command.p1 != kTripleDesToo) return sw::kWrongP1P2;
  const auto dynamic = find_tlv(command.data, 0x7c);
  const auto challenge = dynamic ? find_tlv(*dynamic, 0x81) : std::nullopt;
  if (!challenge) return dynamic ? sw::kSecurityNotSatisfied : sw::kWrongData;
  if (!challenge->empty()) return sw::kSecurityNotSatisfied;
  return {make_tlv(0x7c, make_tlv(0x81, random_bytes(8))), sw::kOk};
}

ResponseApdu PivApplication::general_authenticate(const CommandApdu& command) {
  if (command.p2 == kCardManagement) return challenge_administrator(command);
  const auto found = memory_.data().keys.find(command.p2);
  if (found == memory_.data().keys.end()) return sw::kReferenceNotFound;
  const auto& key = found->second;
  const auto algorithm = key.kind() == KeyKind::rsa2048 ? kRsa2048 : kP256;
  if (command.p1 != algorithm) return sw::kWrongP1P2;
  if (!pin_verified_) return sw::kSecurityNotSatisfied;
  const auto challenge = challenge_to_sign(command.data);
  if (!challenge) return sw::kWrongData;
  const auto signature = algorithm == kRsa2048 ? key.rsa_private(*challenge) : key.ecdsa(*challenge);
  if (!signature) return sw::kWrongData;
  memory_.count_signature();
  return {make_tlv(0x7c, make_tlv(0x82, *signature)), sw::kOk};
}

std::string PivApplication::describe(const CommandApdu& command) const {
  switch (command.ins) {
    case kGetData: return describe_get_data(command);
    case kVerify:
      if (command.p1 == 0xff) return "VERIFY (log out)";
      return fmt::format("VERIFY {}{}", reference_name(command.p2), command.data.empty() ? " (status)" : "");
    case kChangeReferenceData: return fmt::format("CHANGE REFERENCE DATA {}", reference_name(command.p2));
    case kResetRetryCounter: return fmt::format("RESET RETRY COUNTER {}", reference_name(command.p2));
    case kGeneralAuthenticate:
      return fmt::format("GENERAL AUTHENTICATE {:02X} {}", command.p2, algorithm_name(command.p1));
    default: return fmt::format("INS {:02X}", command.ins);
  }
}

}  // namespace smx::vm
