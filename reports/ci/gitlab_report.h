#pragma once

#include <string>

#include "reports/common/report_input.h"

namespace smx {

/// A Code Quality report as GitLab reads it (artifacts:reports:codequality): an array with one object for
/// each cell that needs attention, the worst first. `location` is the first line of the matrix file: a merge
/// request shows what is new against its target branch by `fingerprint`, which is the same in every run that
/// gives this cell this verdict.
///
///   control-broken, deviates   critical        inconclusive   minor
///   deviates-unconfirmed       major           flaky          info
std::string gitlab_report(const ReportInput& input);

}  // namespace smx
