#pragma once

#include <chrono>
#include <string>

namespace smx::cli {

/// Says on stderr what goes on, one line at most every second; nothing in the first second, so that what is
/// quick stays quiet.
class SlowNotes {
 public:
  void operator()(const std::string& text);

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace smx::cli
