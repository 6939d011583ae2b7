#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harness/core/model/support_table.h"
#include "harness/core/types.h"
#include "harness/spec/document.h"

namespace smx::spec {

/// One entry of a confirmations file.
struct ConfirmedMark {
  std::string scenario;
  BootMode mode = BootMode::safe_networking;
  Confirmation confirmation;
};

/// "windows-7-2008r2.json" -> "windows-7-2008r2.confirmations.json", in the same folder.
std::filesystem::path confirmations_path(const std::filesystem::path& table);

/// The confirmations of a table; complains about rows that it does not have, and about a foreign table's.
std::vector<ConfirmedMark> read_confirmations(const Document& document, const SupportTable& table);

/// The file's text (format 1), in the order of the table's rows and of the modes.
std::string confirmations_text(const SupportTable& table, const std::vector<ConfirmedMark>& confirmed);

/// Puts them into the table: see `load_support_table`.
void apply_confirmations(SupportTable& table, const std::vector<ConfirmedMark>& confirmed);

}  // namespace smx::spec
