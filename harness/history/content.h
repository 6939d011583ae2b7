#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <string_view>

#include "harness/history/pack.h"

namespace smx::history {

/// The two blobs of a run, read where they are.
class ContentReader {
 public:
  explicit ContentReader(SQLite::Database& db)
      : results_(db, "SELECT results FROM content WHERE run = ?"),
        inputs_(db, "SELECT inputs FROM content WHERE run = ?") {}
  /// Valid until the next call of the same; empty for a run that is not there.
  std::string_view results(std::int64_t seq) { return blob(results_, seq); }
  std::string_view inputs(std::int64_t seq) { return blob(inputs_, seq); }

 private:
  static std::string_view blob(SQLite::Statement& query, std::int64_t seq) {
    query.reset();
    query.bind(1, seq);
    if (!query.executeStep()) return {};
    const auto column = query.getColumn(0);
    return {static_cast<const char*>(column.getBlob()), static_cast<std::size_t>(column.getBytes())};
  }
  SQLite::Statement results_, inputs_;
};

}  // namespace smx::history
