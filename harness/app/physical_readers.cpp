#include "harness/app/physical_readers.h"

#include <fmt/format.h>

#include <set>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/spec/load.h"

namespace smx::app {
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

}  // namespace

fs::path reader_leases() {
  // Not the runtime folder, which differs between a login session and a timer of the same user.
  return state_home() / "readers";
}

std::map<std::string, std::string> prepare_usb_readers(const Plan& plan, vm::UsbPassthroughProvider& usb) {
  std::map<std::string, std::string> entries;
  const auto used = usb_readers_in_use(plan);
  const auto& readers = plan.matrix.readers;
  for (std::size_t i = 0; i < readers.size(); ++i) {
    if (!used.contains(readers[i].id)) continue;
    try {
      entries["reader." + readers[i].id] = usb.prepare(readers[i]);
    } catch (const Error& e) {
      refuse(plan, fmt::format("/readers/{}{}", i, readers[i].device.empty() ? "" : "/device"), e.kind(),
             e.what());
    }
  }
  return entries;
}

}  // namespace smx::app
