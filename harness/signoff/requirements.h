#pragma once

#include "reports/signoff/statement.h"

namespace smx::signoff {

/// Throws Error(usage) when a cell that needs an exception has none, listing the first ten and the way out,
/// and when an exception is of no such cell: it would be signed as if it mattered.
void check_requirements(const Statement& statement);

/// A product's name or version: 1 to 100 printable characters on one line. Throws Error(usage); `what` names
/// it.
void check_word(const std::string& word, const char* what);

}  // namespace smx::signoff
