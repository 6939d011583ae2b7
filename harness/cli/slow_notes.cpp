#include "harness/cli/slow_notes.h"

#include <iostream>

namespace smx::cli {

void SlowNotes::operator()(const std::string& text) {
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < std::chrono::seconds(1)) return;
  last_ = now;
  std::cerr << text << "\n";
}

}  // namespace smx::cli
