#include <fmt/format.h>

#include "harness/core/error.h"
#include "harness/core/process.h"
#include "harness/core/text.h"
#include "harness/signoff/bundle.h"

namespace smx::signoff {
namespace {

/// What it says is a traceback, whose last line is the reason.
std::string last_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const auto at = text.rfind('\n');
  return one_line(at == text.npos ? text : text.substr(at + 1), 300);
}

}  // namespace

MakePdf weasyprint(const CancelToken& cancel) {
  return [&cancel](const std::filesystem::path& html, const std::filesystem::path& pdf) {
    Command command;
    // Presentational hints (HTML's old attributes) are off unless asked for; the page names nothing to fetch.
    command.argv = {"weasyprint", "--quiet", "--encoding", "utf-8", html.string(), pdf.string()};
    command.time_limit = std::chrono::minutes(10);
    const auto result = run_command(command, cancel);
    std::error_code error;
    if (result.ok() && std::filesystem::file_size(pdf, error) > 0 && !error) return;
    const auto why = result.timed_out ? "it took more than ten minutes" : last_line(result.err + result.out);
    throw Error(ErrorKind::environment, fmt::format("weasyprint made no PDF of the statement: {}", why));
  };
}

}  // namespace smx::signoff
