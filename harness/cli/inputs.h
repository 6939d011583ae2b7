#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/core/model.h"

namespace smx::cli {

/// What every command that plans starts from.
struct Inputs {
  Catalogue catalogue;
  std::map<std::string, SupportTable> tables;
};

/// The installed catalogue, and the installed support tables with those in `extra` (files; their ids win).
Inputs load_inputs(const std::vector<std::filesystem::path>& extra_tables);

/// A matrix named as a file, or as one of the installed ones ("reference").
std::filesystem::path find_matrix(const std::string& name);

/// A support table named as a file, or by its id among the installed ones.
std::filesystem::path find_table(const std::string& name);

/// "2026-11-24" or a full ISO 8601 time, for `--as-of`. Throws Error(usage).
TimePoint parse_as_of(const std::string& text);

}  // namespace smx::cli
