#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/compare/compare.h"

namespace smx::compare {

/// What a run has of one cell.
struct CellEvidence {
  const std::vector<Attempt>& attempts;  ///< at the cell, in order
  const std::vector<Boot>& boots;        ///< those of the attempts, at least
  EvidenceReader& evidence;
};

/// Where the evidence of a cell's deciding attempts first differs between two runs: the first difference in
/// each of the facts of the boot, the checks, what the agent and the system's logs told, and the APDU trace,
/// in this order; the first of them is where to begin reading. What differs by itself (times, random values,
/// hashes) is set aside. Empty: what both have is alike. Reads at most 256 KiB of each piece of evidence.
std::vector<Divergence> first_divergences(const CellEvidence& baseline, const CellEvidence& now);

/// A line of evidence without what differs by itself: numbers of nine digits and more, days, times of day,
/// fractions, hashes, GUIDs, base64. Each becomes "…". Error codes, versions and names stay.
std::string without_noise(std::string_view line);

}  // namespace smx::compare
