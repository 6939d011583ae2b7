#pragma once

#include <gmock/gmock.h>

#include <functional>
#include <optional>
#include <string>

#include "harness/core/error.h"

namespace smx::vm::test {

/// The Error that `action` throws, as "kind: message"; "nothing" when it throws none.
inline std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    const char* kinds[] = {"usage", "environment", "guest", "internal"};
    return std::string(kinds[static_cast<std::size_t>(error.kind())]) + ": " + error.what();
  }
  return "nothing";
}

}  // namespace smx::vm::test
