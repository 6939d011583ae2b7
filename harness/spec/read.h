#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "harness/core/model/matrix.h"
#include "harness/core/model/scenario.h"
#include "harness/core/model/support_table.h"
#include "harness/core/sign_off.h"
#include "harness/spec/document.h"
#include "harness/spec/load.h"

// Documents to model. What is wrong goes to the document's problems, and defaults stand in its place: the
// result is to be used only when there are none.

namespace smx::spec {

/// What a matrix is read against.
struct Context {
  std::filesystem::path folder;  ///< the matrix's own: paths in it are relative to this
  const Catalogue& catalogue;
  const std::set<std::string>& tables;
  Problems& problems;
};

Matrix read_matrix(const Document& document, const std::filesystem::path& path, const Context& context);

Scenario read_scenario(const Document& document, const VerifierChecks& verifiers);

/// The table alone, as the file says, without confirmations. Its id must be the stem of `path`.
SupportTable read_support_table(const Document& document, const std::filesystem::path& path);

/// A list of waivers, as it stands in a matrix or a waiver file.
std::vector<Waiver> read_waivers(const Value& list);

/// A whole waiver file.
std::vector<Waiver> read_waiver_file(const Document& document);

/// A whole file of exceptions.
std::vector<SignOffException> read_exception_file(const Document& document);

/// Complains about a pattern that can match no cell id at all: it would permit nothing, silently.
void check_cell_pattern(const Value& value, const std::string& cell);

}  // namespace smx::spec
