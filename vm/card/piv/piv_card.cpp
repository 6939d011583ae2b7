#include "vm/card/piv/piv_card.h"

#include <fmt/core.h>

#include <set>

#include "harness/core/error.h"
#include "vm/card/piv/piv_names.h"
#include "vm/card/piv/piv_objects.h"

namespace smx::vm {
namespace {

std::uint32_t tag_of_certificate(std::uint8_t reference) {
  const auto tag = piv::certificate_tag(reference);
  if (!tag)
    throw Error(
        ErrorKind::usage,
        fmt::format("{:02x} is not a private key of a PIV card; there are 9a, 9c, 9d, 9e and 82 to 95",
                    reference));
  return *tag;
}

/// Makes the keys, and the key history when some of them are retired.
void fill_slots(CardData& data, const CardIssue& issue) {
  std::uint8_t retired = 0;
  for (const auto reference : std::set(issue.slots.begin(), issue.slots.end())) {
    tag_of_certificate(reference);
    if (reference <= piv::kRetiredLast && reference != piv::kRetiredFirst + retired++)
      throw Error(ErrorKind::usage, "retired keys have no gaps: name them from 82 on");  // part 1, 3.3.3
    data.keys.emplace(reference, KeyPair::generate(issue.key));
  }
  if (retired != 0) data.objects[piv::kKeyHistory] = piv::key_history(retired);
}

}  // namespace

CardData new_piv_card(const CardIssue& issue) {
  auto pin = pad_reference(issue.pin.reveal());
  auto puk = pad_reference(issue.puk.reveal());
  if (!is_padded_pin(pin)) {
    throw Error(ErrorKind::usage, "the PIN does not have 6 to 8 digits; choose one such as 8 random digits");
  }
  CardData data;
  data.atr = *parse_hex(kDefaultAtr);
  data.pin = make_reference_data(pin, issue.pin_tries, issue.iterations);
  data.puk = make_reference_data(puk, issue.puk_tries, issue.iterations);
  data.management_key = issue.management_key ? issue.management_key : new_management_key();
  fill_slots(data, issue);
  data.objects[kObjectChuid] = piv::new_chuid();
  data.objects[kObjectCcc] = piv::new_ccc();
  wipe(pin);
  wipe(puk);
  return data;
}

std::optional<Bytes> certificate_of(const CardData& data, std::uint8_t reference) {
  const auto object = data.objects.find(tag_of_certificate(reference));
  return object == data.objects.end() ? std::nullopt : piv::certificate_in(object->second);
}

void set_certificate(CardData& data, std::uint8_t reference, ByteView der) {
  data.objects[tag_of_certificate(reference)] = piv::certificate_object(der);
}

}  // namespace smx::vm
