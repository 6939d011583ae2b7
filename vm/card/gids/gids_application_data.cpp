#include "vm/card/gids/gids_application.h"

#include <algorithm>
#include <map>

#include "vm/card/gids/gids_files.h"
#include "vm/card/gids/gids_keys.h"
#include "vm/card/iso7816/tlv.h"

namespace smx::vm {

StatusWord GidsApplication::data_file(const CommandApdu& command, std::uint8_t operation,
                                      std::uint16_t& id) const {
  id = command.p1p2();
  if (id == gids::kCurrentFile) {
    if (!current_) return sw::kConditionsNotSatisfied;
    id = *current_;
  }
  const auto* file = find(id);
  if (file == nullptr) return sw::kNotFound;
  if (id >> 8 == 0xb0) return sw::kWrongFileKind;
  if (!file->active) return sw::kConditionsNotSatisfied;
  return may(id, operation) ? sw::kOk : sw::kSecurityNotSatisfied;
}

ResponseApdu GidsApplication::get_data(const CommandApdu& command) {
  if (command.p1p2() == gids::kApplicationFile) return get_application_data(command.data);
  std::uint16_t id = 0;
  const auto word = data_file(command, gids::kGetData, id);
  if (word != sw::kOk) return word;
  const auto tags = gids::read_tag_list(command.data);
  if (!tags) return sw::kWrongData;
  current_ = id;
  const auto& objects = find(id)->objects;
  Bytes found;
  for (const auto& [tag, value] : objects)
    if (tags->empty() || std::ranges::find(*tags, tag) != tags->end()) append_tlv(found, tag, value);
  if (found.empty()) return sw::kReferenceNotFound;
  return {found, sw::kOk};
}

/// 5C 02 7F71: the PIN's tries. 70 {84 key reference, A5 {7F49 80}}: a public key; the length 80 of the last
/// object is not BER, it means "everything".
ResponseApdu GidsApplication::get_application_data(ByteView data) const {
  if (const auto request = find_tlv(data, 0x70)) {
    const auto reference = find_tlv(*request, 0x84), value = find_tlv(*request, 0xa5);
    const bool asks = reference && reference->size() == 1 && value && value->size() >= 2 &&
                      (*value)[0] == 0x7f && (*value)[1] == 0x49;
    if (!asks) return sw::kWrongData;
    const auto word = key_file((*reference)[0], gids::kGetPublicKey);
    if (word != sw::kOk) return word;
    const auto key = memory_.data().keys.find((*reference)[0]);
    if (key == memory_.data().keys.end()) return sw::kReferenceNotFound;
    return {gids::public_key_template(key->second), sw::kOk};
  }
  const auto tags = gids::read_tag_list(data);
  if (!tags || tags->size() != 1) return sw::kWrongData;
  const auto tag = tags->front();
  return tag >= 0x7f71 && tag <= 0x7f73 ? security_.retry_counters(tag) : sw::kReferenceNotFound;
}

/// Each object replaces the one with its tag; an empty one empties it, and removes it when it is empty.
ResponseApdu GidsApplication::put_data(const CommandApdu& command) {
  if (command.p1p2() == gids::kApplicationFile) return put_key(command.data);
  std::uint16_t id = 0;
  const auto word = data_file(command, gids::kPutData, id);
  if (word != sw::kOk) return word;
  std::map<std::uint32_t, ByteView> written;
  TlvReader reader(command.data);
  while (const auto object = reader.next()) written[object->tag] = object->value;
  if (reader.broken() || written.empty()) return sw::kWrongData;
  if (!has_room(command.data.size())) return sw::kNotEnoughMemory;
  memory_.update([&](CardData& data) {
    auto& objects = data.gids.files.at(id).objects;
    for (const auto& [tag, value] : written) {
      const auto old = objects.find(tag);
      if (value.empty() && old != objects.end() && old->second.empty())
        objects.erase(old);
      else
        objects[tag] = Bytes(value.begin(), value.end());
    }
  });
  current_ = id;
  return sw::kOk;
}

}  // namespace smx::vm
