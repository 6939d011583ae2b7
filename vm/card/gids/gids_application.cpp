#include "vm/card/gids/gids_application.h"

#include <algorithm>

#include "vm/card/gids/gids_files.h"
#include "vm/card/gids/gids_names.h"

namespace smx::vm {
namespace {

enum Ins : std::uint8_t {
  kVerify = 0x20,
  kManageSecurityEnvironment = 0x22,
  kChangeReferenceData = 0x24,
  kPerformSecurityOperation = 0x2a,
  kResetRetryCounter = 0x2c,
  kActivateFile = 0x44,
  kGenerateKeyPair = 0x47,
  kGeneralAuthenticate = 0x87,
  kSelect = 0xa4,
  kGetData = 0xcb,
  kPutData = 0xdb,
  kCreateFile = 0xe0,
  kDeleteFile = 0xe4,
  kTerminateDf = 0xe6,
};

}  // namespace

bool GidsApplication::answers_to(ByteView aid) const {
  const auto full = gids::application_identifier();
  return aid.size() >= 5 && aid.size() <= full.size() && std::equal(aid.begin(), aid.end(), full.begin());
}

ResponseApdu GidsApplication::select() {
  return about_application(0x00);
}

void GidsApplication::reset() {
  security_.forget();
  current_.reset();
  environment_.reset();
}

ResponseApdu GidsApplication::process(const CommandApdu& command) {
  if (command.ins == kSelect) return select_file(command);
  if (memory_.data().gids.state == GidsState::terminated) return sw::kConditionsNotSatisfied;
  switch (command.ins) {
    case kVerify: return security_.verify(command);
    case kChangeReferenceData: return security_.change_reference_data(command);
    case kResetRetryCounter: return security_.reset_retry_counter(command);
    case kGeneralAuthenticate: return authenticate(command);
    case kManageSecurityEnvironment: return manage_environment(command);
    case kPerformSecurityOperation: return perform_operation(command);
    case kGenerateKeyPair: return generate_key(command);
    case kGetData: return get_data(command);
    case kPutData: return put_data(command);
    case kCreateFile: return create_file(command);
    case kActivateFile: return activate_file(command);
    case kDeleteFile: return delete_file(command);
    case kTerminateDf: return terminate(command);
    default: return sw::kInsNotSupported;
  }
}

std::string GidsApplication::describe(const CommandApdu& command) const {
  return gids::describe(command);
}

const GidsFile* GidsApplication::find(std::uint16_t id) const {
  const auto& files = memory_.data().gids.files;
  const auto found = files.find(id);
  return found == files.end() ? nullptr : &found->second;
}

bool GidsApplication::may(std::uint16_t id, std::uint8_t operation) const {
  const auto* file = find(id);
  const auto fcp = id == gids::kApplicationFile ? gids::application_fcp() : file->fcp;
  const auto condition = gids::condition_for(fcp, operation);
  return condition && security_.satisfies(*condition);
}

bool GidsApplication::has_room(std::size_t more) const {
  std::size_t used = 0;
  for (const auto& [id, file] : memory_.data().gids.files) {
    used += file.fcp.size();
    for (const auto& [tag, value] : file.objects) used += value.size() + 6;
  }
  return used + more <= kCapacity;
}

}  // namespace smx::vm
