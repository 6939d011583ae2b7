#include "vm/card/iso7816/apdu_trace.h"

#include <fmt/core.h>

namespace smx::vm {

double ApduTrace::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void ApduTrace::add(std::string line) {
  if (lines_.size() == most_lines_) {
    lines_.pop_front();
    ++dropped_;
  }
  lines_.push_back(std::move(line));
}

void ApduTrace::exchange(const std::string& what, std::size_t bytes_in, const ResponseApdu& response) {
  const auto in = bytes_in != 0 ? fmt::format(", {} bytes in", bytes_in) : std::string{};
  const auto out =
      !response.data.empty() ? fmt::format(", {} bytes out", response.data.size()) : std::string{};
  add(fmt::format("+{:.6f} {}{} -> {:04X} ({}){}", seconds(), what, in, response.status,
                  describe(response.status), out));
}

void ApduTrace::event(const std::string& what) {
  add(fmt::format("+{:.6f} {}", seconds(), what));
}

std::string ApduTrace::take() {
  std::string text;
  if (dropped_ != 0) text = fmt::format("({} older lines were dropped)\n", dropped_);
  for (const auto& line : lines_) text += line + '\n';
  lines_.clear();
  dropped_ = 0;
  return text;
}

}  // namespace smx::vm
