#pragma once

#include <filesystem>
#include <string>

namespace smx::testing {

/// Fails the running test unless `actual` is what golden/NAME holds. With SMX_APPROVE=1 in the environment
/// (scripts/approve-golden) it writes the file instead.
void expect_golden(const std::string& name, const std::string& actual);

std::filesystem::path source_dir();

}  // namespace smx::testing
