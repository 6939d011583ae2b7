#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "harness/core/model/matrix.h"
#include "harness/core/model/scenario.h"
#include "harness/core/model/support_table.h"
#include "harness/core/sign_off.h"

// Files to model (docs/files.md tells their formats). All of these read synchronously, and throw one
// Error(usage) that tells everything that is wrong with a file, one line each with file, line, column, JSON
// pointer and a suggestion.

namespace smx::spec {

/// The verifiers that there are: the checks that each reports, by its name.
using VerifierChecks = std::map<std::string, std::vector<std::string>>;

/// `tables`: ids of the support tables there are. Paths in the matrix are taken relative to its folder; a
/// card file, an image given as a path and a waiver file must be readable.
Matrix load_matrix(const std::filesystem::path& path, const Catalogue& catalogue,
                   const std::set<std::string>& tables);

/// Every *.json of the folder, one scenario each, by `report_position`. `verifiers`: what there is to be named
/// under "verify"; a scenario must list the checks of those that it names.
Catalogue load_catalogue(const std::filesystem::path& folder, const VerifierChecks& verifiers);

/// The table with the confirmations in `<id>.confirmations.json` beside it. A confirmed mark counts instead
/// of the table's own; when they differ, `why` says so.
SupportTable load_support_table(const std::filesystem::path& path);

/// Every table of a folder, by id.
std::map<std::string, SupportTable> load_support_tables(const std::filesystem::path& folder);

std::vector<Waiver> load_waivers(const std::filesystem::path& path);

std::vector<SignOffException> load_exceptions(const std::filesystem::path& path);

/// "matrices/nightly.json:14:9 (/targets/0/image)": for whoever finds later that what stands there cannot be
/// used. The file's name alone when the pointer leads nowhere any more. Throws nothing for a broken file.
std::string place_in_file(const std::filesystem::path& path, const std::string& pointer);

}  // namespace smx::spec
