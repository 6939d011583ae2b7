#include "vm/card/piv/piv_application.h"

#include <algorithm>
#include <utility>

#include "vm/card/piv/piv_names.h"
#include "vm/card/piv/piv_objects.h"

namespace smx::vm {
namespace {

constexpr std::size_t kReferenceSize = 8;

bool is_status_query(const CommandApdu& command) {
  return command.ins == piv::kVerify && command.p1 == 0x00 && command.data.empty();
}

}  // namespace

bool PivApplication::answers_to(ByteView aid) const {
  const auto full = piv::application_identifier();
  return aid.size() >= 5 && aid.size() <= full.size() && std::equal(aid.begin(), aid.end(), full.begin());
}

ResponseApdu PivApplication::select() {
  return {piv::application_property_template(memory_.data().management_key), sw::kOk};
}

void PivApplication::reset() {
  administrator_.reset();
  pin_verified_ = false;
  pin_fresh_ = false;
}

ResponseApdu PivApplication::process(const CommandApdu& command) {
  // Hosts look at the card between VERIFY and signature, to see whether it is still the same: that is not a
  // use of the PIN.
  const bool only_looks = command.ins == piv::kGetData || is_status_query(command);
  const bool pin_fresh = std::exchange(pin_fresh_, pin_fresh_ && only_looks);
  switch (command.ins) {
    case piv::kGetData: return get_data(command);
    case piv::kPutData: return put_data(command);
    case piv::kVerify: return verify(command);
    case piv::kChangeReferenceData: return change_reference_data(command);
    case piv::kResetRetryCounter: return reset_retry_counter(command);
    case piv::kGeneralAuthenticate: return general_authenticate(command, pin_fresh);
    case piv::kGenerateAsymmetricKeyPair: return generate(command);
    default: return sw::kInsNotSupported;
  }
}

ResponseApdu PivApplication::verify(const CommandApdu& command) {
  if (command.p1 != 0x00 && command.p1 != 0xff) return sw::kWrongP1P2;
  if (command.p2 != piv::kPivPin) return sw::kReferenceNotFound;
  if (command.p1 == 0xff) {  // reset the security status (SP 800-73-4 part 2, 3.2.1)
    if (!command.data.empty()) return sw::kWrongData;
    pin_verified_ = false;
    return sw::kOk;
  }
  if (command.data.empty()) return pin_verified_ ? sw::kOk : memory_.tries_left(Reference::pin);
  if (!is_padded_pin(command.data)) return sw::kWrongData;
  const auto result = memory_.check(Reference::pin, command.data, pin_verified_);
  pin_fresh_ = result == sw::kOk;
  return result;
}

ResponseApdu PivApplication::change_reference_data(const CommandApdu& command) {
  if (command.p1 != 0x00) return sw::kWrongP1P2;
  if (command.p2 != piv::kPivPin && command.p2 != piv::kPuk) return sw::kReferenceNotFound;
  if (command.data.size() != 2 * kReferenceSize) return sw::kWrongData;
  const auto which = command.p2 == piv::kPivPin ? Reference::pin : Reference::puk;
  const auto old_value = command.data.first(kReferenceSize);
  const auto new_value = command.data.subspan(kReferenceSize);
  if (memory_.reference(which).tries_left == 0) return sw::kBlocked;
  if (which == Reference::pin && (!is_padded_pin(old_value) || !is_padded_pin(new_value)))
    return sw::kWrongData;
  const auto result = memory_.check(which, old_value, pin_verified_);
  if (result == sw::kOk) memory_.set(which, new_value);
  return result;
}

ResponseApdu PivApplication::reset_retry_counter(const CommandApdu& command) {
  if (command.p1 != 0x00) return sw::kWrongP1P2;
  if (command.p2 != piv::kPivPin) return sw::kReferenceNotFound;
  if (command.data.size() != 2 * kReferenceSize) return sw::kWrongData;
  const auto new_pin = command.data.subspan(kReferenceSize);
  if (memory_.reference(Reference::puk).tries_left == 0) return sw::kBlocked;
  if (!is_padded_pin(new_pin)) return sw::kWrongData;
  const auto result = memory_.check(Reference::puk, command.data.first(kReferenceSize), pin_verified_);
  if (result == sw::kOk) memory_.set(Reference::pin, new_pin);  // the PIN's security status stays as it is
  return result;
}

std::string PivApplication::describe(const CommandApdu& command) const {
  return piv::describe(command);
}

}  // namespace smx::vm
