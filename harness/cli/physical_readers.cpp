#include "harness/cli/physical_readers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "harness/cli/secret_input.h"
#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/spec/load.h"

namespace smx::cli {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const Plan& plan, const std::string& pointer, ErrorKind kind,
                         const std::string& why) {
  throw Error(kind, spec::place_in_file(plan.matrix.file, pointer) + ": " + why);
}

std::set<std::string> usb_readers_in_use(const Plan& plan) {
  std::set<std::string> ids;
  for (const auto& group : plan.groups)
    if (plan.reader(group.reader).kind == ReaderKind::usb_passthrough) ids.insert(group.reader);
  return ids;
}

/// {"credential": NAME} is a file that the service manager made.
std::string as_argument(const SecretReference& reference) {
  if (reference.kind != "credential") return reference.kind + ":" + reference.name;
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (!folder || reference.name.find('/') != std::string::npos)
    throw Error(ErrorKind::usage,
                fmt::format("the credential \"{}\" is not there: CREDENTIALS_DIRECTORY is {}", reference.name,
                            folder ? "set" : "not set"));
  return fmt::format("file:{}/{}", folder, reference.name);
}

Secret resolve(const Plan& plan, std::size_t card, const char* key, const SecretReference& reference) {
  if (reference.empty()) return {};
  const CancelToken nobody_is_asked;
  try {
    return read_secret(as_argument(reference), key, nobody_is_asked);
  } catch (const Error& e) {
    refuse(plan, fmt::format("/cards/{}/{}", card, key), e.kind(), e.what());
  }
}

/// A scenario that needs the PIN and cannot have it would only come back blocked. One that changes the card
/// is refused whatever it is given (card_safety.h).
void require_pin(const Plan& plan, std::size_t card) {
  for (const auto& group : plan.groups) {
    const auto& reader = plan.reader(group.reader);
    if (reader.kind != ReaderKind::usb_passthrough || reader.card != plan.matrix.cards[card].id) continue;
    for (const auto i : group.cells) {
      const auto& scenario = *plan.catalogue.find(plan.cells[i].id.scenario);
      const auto& wanted = scenario.credentials;
      if (scenario.changes != Changes::card && std::find(wanted.begin(), wanted.end(), "pin") != wanted.end())
        refuse(plan, fmt::format("/cards/{}", card), ErrorKind::usage,
               fmt::format("{} needs the card's PIN; say where it is with \"pin\": {{\"env\": VARIABLE}} or "
                           "{{\"file\": PATH}}",
                           plan.cells[i].id.str()));
    }
  }
}

}  // namespace

fs::path reader_leases() {
  // Not the runtime folder, which differs between a login session and a timer of the same user.
  return state_home() / "readers";
}

vm::PhysicalCardSecrets physical_card_secrets(const Plan& plan) {
  std::set<std::string> used;
  for (const auto& id : usb_readers_in_use(plan)) used.insert(plan.reader(id).card);
  vm::PhysicalCardSecrets secrets;
  for (std::size_t i = 0; i < plan.matrix.cards.size(); ++i) {
    const auto& card = plan.matrix.cards[i];
    if (!used.contains(card.id)) continue;
    auto& found = secrets[card.id];
    found.pin = resolve(plan, i, "pin", card.pin);
    found.puk = resolve(plan, i, "puk", card.puk);
    if (found.pin.empty()) require_pin(plan, i);
  }
  return secrets;
}

void prepare_usb_readers(RunRecord& record, vm::UsbPassthroughProvider& usb) {
  const auto used = usb_readers_in_use(record.plan);
  const auto& readers = record.plan.matrix.readers;
  for (std::size_t i = 0; i < readers.size(); ++i) {
    if (!used.contains(readers[i].id)) continue;
    try {
      record.info.environment["reader." + readers[i].id] = usb.prepare(readers[i]);
    } catch (const Error& e) {
      refuse(record.plan, fmt::format("/readers/{}{}", i, readers[i].device.empty() ? "" : "/device"),
             e.kind(), e.what());
    }
  }
}

}  // namespace smx::cli
