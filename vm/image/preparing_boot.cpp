#include "vm/image/preparing_boot.h"

#include <fmt/core.h>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/process.h"
#include "harness/core/text.h"
#include "vm/image/guest_command_line.h"
#include "vm/image/guest_files.h"

namespace smx::vm {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// What /usr/sbin/init prints last when /usr/lib/prepare has succeeded.
constexpr const char* kDone = "init: prepared";
constexpr std::uintmax_t kLargestResult = 256u << 20;
constexpr std::uint64_t kLargestConsole = 4u << 20;

Command qemu(const PreparingBoot& boot, const fs::path& archive, const fs::path& console) {
  if (!find_program("qemu-system-x86_64"))
    throw Error(
        ErrorKind::environment,
        "this image boots once while it is built, which needs the program \"qemu-system-x86_64\"; install "
        "the package qemu-system-x86");
  const auto drive = [](const fs::path& file) {
    return "if=virtio,format=raw,cache=unsafe,file=" + file.string();
  };
  Command command;
  command.argv = {"qemu-system-x86_64",
                  "-nodefaults",
                  "-no-user-config",
                  "-no-reboot",
                  "-display",
                  "none",
                  "-machine",
                  "q35,accel=tcg",
                  "-cpu",
                  "qemu64,+rdrand",
                  "-m",
                  "768",
                  "-kernel",
                  boot.kernel.string(),
                  "-initrd",
                  boot.initrd.string(),
                  "-append",
                  std::string(kGuestCommandLine) + " prepare",
                  "-drive",
                  drive(boot.disk),
                  "-drive",
                  drive(archive),
                  "-device",
                  "qemu-xhci",
                  "-serial",
                  "file:" + console.string()};
  command.time_limit = boot.limit;
  return command;
}

void unpack(const fs::path& archive, const fs::path& into, const CancelToken& cancel) {
  Command tar;
  tar.argv = {"tar", "--no-same-owner", "-x", "-f", archive.string(), "-C", into.string()};
  tar.time_limit = 2min;
  if (const auto result = run_command(tar, cancel); !result.ok())
    throw Error(ErrorKind::environment,
                "what the image made of itself cannot be unpacked: " + sanitize_guest_text(result.err, 500));
}

}  // namespace

void boot_to_prepare(const PreparingBoot& boot, const CancelToken& cancel) {
  const auto archive = boot.work / "prepared.tar", console = boot.work / "prepare-console.log";
  write_build_file(archive, "");
  fs::resize_file(archive, kLargestResult);
  const auto result = run_command(qemu(boot, archive, console), cancel);
  std::error_code error;
  auto said = fs::exists(console, error) ? read_file(console, kLargestConsole) : std::string();
  const bool done = said.find(kDone) != std::string::npos;
  if (result.ok() && done) return unpack(archive, boot.result, cancel);
  constexpr std::size_t kShown = 3000;
  if (said.size() > kShown) said.erase(0, said.size() - kShown);
  const auto what = result.timed_out ? fmt::format("it was not done after {} s", boot.limit.count() / 1000)
                    : !result.ok()   ? fmt::format("QEMU ended with {}: {}", result.exit_code,
                                                   sanitize_guest_text(result.err, 500))
                                     : std::string("it ended without being done");
  throw Error(ErrorKind::environment,
              fmt::format("the image could not finish itself: {}; its console ended with:\n{}", what,
                          said.empty() ? "(nothing)" : sanitize_guest_text(said, kShown)));
}

}  // namespace smx::vm
