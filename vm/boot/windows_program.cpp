#include "vm/boot/windows_program.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/core/error.h"
#include "harness/core/text.h"

namespace smx::vm {

int run_windows_program(GuestChannel& channel, const WindowsProgram& program, std::string* said) {
  constexpr std::size_t kShown = 300;
  GuestCommand command;
  command.argv = {"C:\\Windows\\System32\\" + program.name};
  command.argv.insert(command.argv.end(), program.arguments.begin(), program.arguments.end());
  command.time_limit = program.time_limit;
  command.output_limit = 64u << 10;
  const auto result = channel.execute(command);
  const bool ended = result.end == GuestResult::End::exited;
  if (ended && std::find(program.good.begin(), program.good.end(), result.code) != program.good.end()) {
    if (said) *said = result.out;
    return result.code;
  }
  const auto words = sanitize_guest_text(result.err.empty() ? result.out : result.err, kShown);
  throw Error(ErrorKind::guest,
              fmt::format("`{} {}` in the guest {}{}{}", program.name, fmt::join(program.arguments, " "),
                          ended ? fmt::format("ends with {}", result.code) : "does not end",
                          words.empty() ? "" : ": ", words));
}

}  // namespace smx::vm
