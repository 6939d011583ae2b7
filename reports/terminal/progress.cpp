#include "reports/terminal/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

#include "harness/core/text.h"
#include "reports/terminal/live.h"
#include "reports/terminal/plain.h"

namespace smx {
namespace {

constexpr auto kTick = std::chrono::milliseconds(500);

std::string_view env(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

bool is_capable_terminal(int fd) {
  return isatty(fd) == 1 && env("NO_COLOR").empty() && !env("TERM").empty() && env("TERM") != "dumb";
}

/// The first that is set decides, as setlocale(3) does it.
bool utf8_locale() {
  for (const auto* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const auto value = lower(env(name));
    if (value.empty()) continue;
    return value.find("utf-8") != std::string::npos || value.find("utf8") != std::string::npos;
  }
  return false;
}

TerminalSize size_of(int fd) {
  winsize window{};
  if (ioctl(fd, TIOCGWINSZ, &window) != 0 || window.ws_col == 0 || window.ws_row == 0) return {};
  return {window.ws_col, window.ws_row};
}

/// The live matrix and the thread that keeps its clock going.
class TickingMatrix : public LiveMatrix {
 public:
  explicit TickingMatrix(Terminal terminal) : LiveMatrix(std::move(terminal)), ticker_(*this, kTick) {}

 private:
  LiveTicker ticker_;
};

}  // namespace

TerminalStyle style_of(int fd) {
  TerminalStyle style;
  style.colour = is_capable_terminal(fd);
  style.unicode = utf8_locale() || isatty(fd) != 1;
  if (isatty(fd) == 1) style.columns = size_of(fd).columns;
  return style;
}

std::unique_ptr<Progress> make_progress(std::ostream& out, int fd) {
  if (!is_capable_terminal(fd)) return std::make_unique<PlainProgress>(out);
  return std::make_unique<TickingMatrix>(LiveMatrix::Terminal{
      out, style_of(fd), [fd] { return size_of(fd); }, [] { return std::chrono::steady_clock::now(); }});
}

}  // namespace smx
