#pragma once

#include <filesystem>

namespace smx::journal {

/// Writes the journal of a small run made by hand: an interrupted one, with a retry, a waiver, a confirmed
/// mark, a row that is not covered, a boot that proved nothing, an attempt that never ended, and whatever
/// else a journal can hold today. All times and ids are fixed. `folder` must not be there.
void write_sample_journal(const std::filesystem::path& folder);

}  // namespace smx::journal
