#pragma once

#include <string>

#include "harness/core/run_listener.h"

namespace smx {

/// What a person sees while a run goes on.
class Progress : public RunListener {
 public:
  /// A line of its own that stays, such as a log message. Whatever else writes to the same terminal while a
  /// run goes on must come through here, or it breaks the live picture. Thread-safe.
  virtual void note(const std::string& text) = 0;
};

}  // namespace smx
