#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/core/types.h"
#include "harness/core/windows_inspection.h"

namespace smx {

/// What is to be expected of a row on a Windows of which only the registry is known: whether what it needs
/// is installed, enabled, and on the list of what the boot mode starts. Pure. It says nothing of cards,
/// domains and drivers, and an observation always counts more.
///
/// A service that the mode does not start gives `failed` with the cause "not-in-safeboot" (Windows' error
/// 1084), a disabled one "service-disabled" (1058), one that is not installed "service-missing" (1060); the
/// same of a service on which it depends has the same cause, and the errors 1068 or, not installed, 1075. A
/// policy that turns the feature off gives "turned-off-by-policy". Nothing for a scenario whose needs are not
/// known (scenarios/prediction/rows.h), such as a check of one's own.
std::optional<Prediction> predict(const WindowsInspection& windows, const std::string& scenario,
                                  BootMode mode);

/// Of every row whose needs are known, in order.
std::vector<Prediction> predict_all(const WindowsInspection& windows, BootMode mode);

}  // namespace smx
