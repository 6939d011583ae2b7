#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include "harness/history/dictionary.h"
#include "harness/history/history.h"

// Inside of History: SQLite's complaints in words.

namespace smx::history {

[[noreturn]] void throw_cannot(const std::filesystem::path& file, const SQLite::Exception& e);

template <class Do>
auto History::guarded(const Do& run) const {
  try {
    return run();
  } catch (const SQLite::Exception& e) {
    // What a transaction that came to nothing had added to it is not there.
    dictionary_ = std::make_unique<Dictionary>(*db_);
    throw_cannot(file_, e);
  }
}

}  // namespace smx::history
