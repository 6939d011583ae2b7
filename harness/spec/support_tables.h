#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/core/model/run_record.h"
#include "harness/core/model/scenario.h"
#include "harness/core/model/support_table.h"
#include "harness/core/types.h"

// What the `support-table` command does with tables.

namespace smx::spec {

/// What a reviewer of a table should know, one line each: marks that are unknown or that nobody has
/// confirmed, rows without a scenario or with other words than the catalogue's, scenarios without a row.
std::vector<std::string> check_support_table(const SupportTable& table, const Catalogue& catalogue);

/// Writes a person's confirmation of a mark beside the table (`<id>.confirmations.json`), in place of an
/// earlier one for the same row and mode; others stay. Atomic; two processes at once wait for each other.
/// `row` is the row's number or its scenario's id; `date` is ISO 8601 ("2026-11-24").
/// Throws Error(usage) for an unknown row, an empty name or source, a bad date, normal mode, or the mark
/// `unknown` (that is nothing to confirm); Error(environment) when it cannot be written.
void confirm_mark(const std::filesystem::path& table, const std::string& row, Mark mark,
                  const std::string& by, const std::string& source, const std::string& date,
                  BootMode mode = BootMode::safe_networking);

/// A table for systems that no document covers, from what a run showed: pure. A row is proposed as supported
/// when every cell of it passed, as not supported when every one failed while its control in normal mode
/// passed at the first attempt; anything else is `unknown`. Each mark is `inferred` and says what was
/// observed in which run. Throws Error(usage) when `id` is no id, `owner` is empty, or the run has no attempt
/// in a safe mode.
SupportTable propose_table(const RunRecord& run, const std::string& owner, const std::string& id);

/// The table as a file's text (format 1), without confirmations.
std::string support_table_text(const SupportTable& table);

}  // namespace smx::spec
