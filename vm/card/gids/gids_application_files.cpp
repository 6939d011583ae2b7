#include "vm/card/gids/gids_application.h"

#include "vm/card/gids/gids_files.h"

namespace smx::vm {
namespace {

/// P2 of SELECT, what is to be answered (ISO/IEC 7816-4, table 40).
constexpr std::uint8_t kFci = 0x00, kFcp = 0x04, kManagementData = 0x08, kNothing = 0x0c;

}  // namespace

ResponseApdu GidsApplication::about_application(std::uint8_t what) {
  current_.reset();
  const auto word = memory_.data().gids.state == GidsState::terminated ? sw::kTerminated : sw::kOk;
  switch (what) {
    case kFci: return {gids::application_template(), word};
    case kFcp: return {gids::application_fcp(), word};
    case kManagementData: return {gids::application_management_data(), word};
    case kNothing: return word;
    default: return sw::kWrongP1P2;
  }
}

ResponseApdu GidsApplication::about_file(std::uint16_t id, std::uint8_t what) const {
  if (what == kNothing) return sw::kOk;
  return {find(id)->fcp, sw::kOk};  // control information and control parameters are the same here
}

/// By name (the card has found that it is this application's) and by file id.
ResponseApdu GidsApplication::select_file(const CommandApdu& command) {
  if (command.p1 == 0x04) return about_application(command.p2);
  if (command.p1 != 0x00) return sw::kWrongP1P2;
  if (command.data.empty()) return about_application(command.p2);
  if (command.data.size() != 2) return sw::kWrongLength;
  const auto id = static_cast<std::uint16_t>(command.data[0] << 8 | command.data[1]);
  if (id == gids::kApplicationFile || id == gids::kMasterFile) return about_application(command.p2);
  if (find(id) == nullptr) return sw::kNotFound;
  if (command.p2 != kFci && command.p2 != kFcp && command.p2 != kNothing) return sw::kWrongP1P2;
  current_ = id;
  return about_file(id, command.p2);
}

ResponseApdu GidsApplication::create_file(const CommandApdu& command) {
  if (command.p1p2() != 0x0000) return sw::kWrongP1P2;
  const auto file = gids::read_fcp(command.data);
  const bool reserved = file && (file->id == gids::kApplicationFile || file->id == gids::kMasterFile ||
                                 file->id == gids::kCurrentFile || file->id == 0xffff ||
                                 (file->kind == gids::FileKind::data && file->id >> 8 == 0xb0));
  if (!file || reserved) return sw::kWrongData;
  if (!may(gids::kApplicationFile, gids::kCreateFile)) return sw::kSecurityNotSatisfied;
  if (find(file->id) != nullptr) return sw::kFileExists;
  if (memory_.data().gids.files.size() >= kMostFiles || !has_room(command.data.size()))
    return sw::kNotEnoughMemory;
  memory_.update([&](CardData& data) {
    data.gids.files[file->id] = {Bytes(command.data.begin(), command.data.end()), false, {}};
  });
  current_ = file->id;
  return sw::kOk;
}

/// The application goes into operation; a file becomes usable, which only its creator can have waited for.
ResponseApdu GidsApplication::activate_file(const CommandApdu& command) {
  if (command.p1p2() != 0x0000) return sw::kWrongP1P2;
  if (!command.data.empty()) return sw::kWrongLength;
  const auto& gids = memory_.data().gids;
  if (!current_ && gids.state == GidsState::operational) return sw::kOk;
  if (!current_) {
    if (gids.pin_length == 0) return sw::kConditionsNotSatisfied;  // it could never be written again
    memory_.update([](CardData& data) { data.gids.state = GidsState::operational; });
    reset();
    return sw::kOk;
  }
  if (find(*current_) == nullptr) return sw::kNotFound;
  if (!find(*current_)->active)
    memory_.update([&](CardData& data) { data.gids.files.at(*current_).active = true; });
  return sw::kOk;
}

ResponseApdu GidsApplication::delete_file(const CommandApdu& command) {
  if (command.p1p2() != 0x0000) return sw::kWrongP1P2;
  if (!command.data.empty()) return sw::kWrongLength;  // of the current file only
  if (!current_) return sw::kConditionsNotSatisfied;
  const auto id = *current_;
  const auto* file = find(id);
  if (file == nullptr) return sw::kNotFound;
  const auto own = gids::condition_for(file->fcp, gids::kDeleteSelf);
  const bool admin_key = id == gids::key_file(gids::kAdminKey);
  if (!may(gids::kApplicationFile, gids::kDeleteChild) || (own && !security_.satisfies(*own)) ||
      (admin_key && !may(id, gids::kPutKey)))
    return sw::kSecurityNotSatisfied;
  memory_.update([&](CardData& data) {
    data.gids.files.erase(id);
    if (id >> 8 == 0xb0) data.keys.erase(static_cast<std::uint8_t>(id & 0xff));
    if (admin_key) data.gids.admin_key.clear();
  });
  current_.reset();
  environment_.reset();
  return sw::kOk;
}

ResponseApdu GidsApplication::terminate(const CommandApdu& command) {
  if (command.p1p2() != 0x0000) return sw::kWrongP1P2;
  if (!may(gids::kApplicationFile, gids::kTerminate)) return sw::kSecurityNotSatisfied;
  memory_.update([](CardData& data) { data.gids.state = GidsState::terminated; });
  reset();
  return sw::kOk;
}

}  // namespace smx::vm
