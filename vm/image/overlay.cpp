#include "vm/image/overlay.h"

#include "harness/core/error.h"
#include "harness/core/process.h"
#include "harness/core/text.h"

namespace smx::vm {

namespace fs = std::filesystem;

std::vector<std::string> overlay_command(const fs::path& disk, const fs::path& overlay) {
  // The backing format is given, because QEMU would otherwise guess it from bytes that a guest may have
  // written.
  return {"qemu-img", "create", "-q",          "-f", "qcow2",         "-F",
          "qcow2",    "-b",     disk.string(), "--", overlay.string()};
}

void create_overlay(const fs::path& disk, const fs::path& overlay, const CancelToken& cancel) {
  if (!disk.is_absolute() || !overlay.is_absolute())
    throw Error(ErrorKind::usage,
                "an overlay needs absolute paths, not " + disk.string() + " and " + overlay.string());
  if (!fs::is_regular_file(disk))
    throw Error(ErrorKind::usage,
                "the image's disk " + disk.string() + " is not there; build the image again");
  // qemu-img would overwrite it without a word.
  if (fs::exists(overlay))
    throw Error(ErrorKind::usage, "the overlay " + overlay.string() + " is there already");
  Command command;
  command.argv = overlay_command(disk, overlay);
  const auto result = run_command(command, cancel);
  if (!result.ok())
    throw Error(ErrorKind::environment, "the overlay " + overlay.string() +
                                            " cannot be made: " + sanitize_guest_text(result.err, 500));
}

}  // namespace smx::vm
