#include <numeric>

#include "vm/card/iso7816/tlv.h"
#include "vm/card/piv/piv_application.h"
#include "vm/card/piv/piv_names.h"
#include "vm/card/piv/piv_objects.h"

// GET DATA and PUT DATA of the PIV card application (SP 800-73-4 part 2, 3.1.2 and 3.3.1).

namespace smx::vm {
namespace {

/// What all objects together may take, as on a real card.
constexpr std::size_t kObjectMemory = 64u << 10;

/// Part 1, table 2: over the contact interface these can be read with the PIN only.
bool is_private(std::uint32_t tag) {
  return tag == piv::kFingerprints || tag == piv::kFacialImage || tag == piv::kPrintedInformation ||
         tag == piv::kIrisImages || tag == piv::kPairingCode;
}

/// The tag in GET DATA's tag list; nothing when the data field is not exactly one.
std::optional<std::uint32_t> requested_tag(ByteView data) {
  TlvReader reader(data);
  const auto list = reader.next();
  if (!list || list->tag != 0x5c || reader.next() || reader.broken()) return std::nullopt;
  return piv::tag_in_list(list->value);
}

struct NewObject {
  std::uint32_t tag;
  ByteView contents;
};

/// PUT DATA's field: 5C tag, 53 contents; or the discovery object, which is its own tag.
std::optional<NewObject> object_to_put(ByteView data) {
  TlvReader reader(data);
  const auto first = reader.next();
  if (!first) return std::nullopt;
  std::optional<NewObject> object;
  if (first->tag == piv::kDiscovery) {
    object = NewObject{piv::kDiscovery, first->value};
  } else if (const auto tag = piv::tag_in_list(first->value); first->tag == 0x5c && tag) {
    const auto contents = reader.next();
    if (contents && contents->tag == 0x53) object = NewObject{*tag, contents->value};
  }
  if (reader.next() || reader.broken()) return std::nullopt;
  return object;
}

}  // namespace

ResponseApdu PivApplication::get_data(const CommandApdu& command) {
  if (command.p1p2() != 0x3fff) return sw::kWrongP1P2;
  const auto tag = requested_tag(command.data);
  if (!tag) return sw::kWrongData;
  if (is_private(*tag) && !pin_verified_) return sw::kSecurityNotSatisfied;
  if (*tag == piv::kDiscovery) return {make_tlv(*tag, piv::discovery_object()), sw::kOk};
  const auto& objects = memory_.data().objects;
  const auto found = objects.find(*tag);
  if (found == objects.end()) return sw::kNotFound;
  return {make_tlv(0x53, found->second), sw::kOk};
}

ResponseApdu PivApplication::put_data(const CommandApdu& command) {
  if (command.p1p2() != 0x3fff) return sw::kWrongP1P2;
  if (!administrator_.authenticated()) return sw::kSecurityNotSatisfied;
  const auto object = object_to_put(command.data);
  if (!object) return sw::kWrongData;
  if (piv::object_name(object->tag).empty()) return sw::kFunctionNotSupported;
  if (object->tag == piv::kDiscovery) {
    // It says which PIN the card has, and this card has that one: nothing else can be put there.
    return equal_in_constant_time(object->contents, piv::discovery_object()) ? sw::kOk : sw::kWrongData;
  }
  return store(object->tag, object->contents);
}

ResponseApdu PivApplication::store(std::uint32_t tag, ByteView contents) {
  const auto& objects = memory_.data().objects;
  const auto used = std::accumulate(objects.begin(), objects.end(), contents.size(),
                                    [&](std::size_t sum, const auto& object) {
                                      return object.first == tag ? sum : sum + object.second.size();
                                    });
  if (used > kObjectMemory) return sw::kNotEnoughMemory;
  memory_.update([&](CardData& data) {
    if (contents.empty())
      data.objects.erase(tag);  // an object without contents is one that is not there
    else
      data.objects[tag] = Bytes(contents.begin(), contents.end());
  });
  return sw::kOk;
}

}  // namespace smx::vm
