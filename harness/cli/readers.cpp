#include "harness/cli/readers.h"

#include <fmt/format.h>

#include <set>

#include "harness/core/error.h"

namespace smx::cli {

Readers::Readers(const vm::LabCa& ca, const vm::CardSecrets& secrets)
    : virtual_(ca, secrets), relay_(secrets) {}

std::unique_ptr<vm::ReaderSession> Readers::open(const Reader& reader, const Card& card,
                                                 const std::filesystem::path& folder) {
  switch (reader.kind) {
    case ReaderKind::virtual_reader: return virtual_.open(reader, card, folder);
    case ReaderKind::pcsc_relay: return relay_.open(reader, card, folder);
    case ReaderKind::usb_passthrough: break;
  }
  throw Error(ErrorKind::internal, fmt::format("nothing here opens readers of kind {}", name(reader.kind)));
}

std::vector<std::string> Readers::make_up_for_crashes(const Plan& plan) {
  std::set<std::string> ids;
  for (const auto& group : plan.groups) ids.insert(group.reader);
  std::vector<std::string> told;
  for (const auto& id : ids) {
    const auto& reader = plan.reader(id);
    if (reader.kind != ReaderKind::pcsc_relay) continue;
    if (auto done = relay_.make_up_for_crashes(reader, plan.card(reader.card)); !done.empty())
      told.push_back(std::move(done));
  }
  return told;
}

}  // namespace smx::cli
