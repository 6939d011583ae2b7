#pragma once

#include <optional>
#include <string>

#include "harness/spec/document.h"

namespace smx::spec {

/// Whether `text` is a day of the calendar as ISO 8601 writes it: "2026-11-24".
bool is_date(const std::string& text);

/// A date; complains about anything else.
std::optional<std::string> read_date(const Value& value);

}  // namespace smx::spec
