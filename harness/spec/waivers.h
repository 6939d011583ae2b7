#pragma once

#include <vector>

#include "harness/core/model.h"
#include "harness/spec/document.h"

namespace smx::spec {

/// A list of waivers, as it stands in a matrix or a waiver file.
std::vector<Waiver> read_waivers(const Value& list);

/// A whole waiver file.
std::vector<Waiver> read_waiver_file(const Document& document);

}  // namespace smx::spec
