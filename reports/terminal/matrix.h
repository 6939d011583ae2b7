#pragma once

#include <functional>
#include <string>
#include <vector>

#include "reports/common/grid.h"
#include "reports/common/report_input.h"
#include "reports/terminal/style.h"

namespace smx {

/// What stands in one field of the drawing.
struct FieldLook {
  std::string symbol;  ///< at most two columns wide
  Tone tone = Tone::neutral;
};

/// The grid as lines, none wider than `style.columns`. Where the columns' names fit they stand above them;
/// else the columns are numbered, with the names listed first, and broken into blocks when still too wide.
std::vector<std::string> draw_matrix(const Grid& grid, const TerminalStyle& style,
                                     const std::function<FieldLook(std::size_t cell)>& look);

/// The verdicts of a finished run as a matrix, with the symbols that occur explained in a last line.
std::string terminal_matrix(const ReportInput& input, const TerminalStyle& style);

}  // namespace smx
