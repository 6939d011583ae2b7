#include "harness/history/rows.h"

namespace smx::history {

std::string_view word(RunEnd end) {
  switch (end) {
    case RunEnd::completed: return "completed";
    case RunEnd::interrupted: return "interrupted";
    case RunEnd::unfinished: break;
  }
  return "unfinished";
}

RunEnd parse_run_end(std::string_view text) {
  return text == "completed"     ? RunEnd::completed
         : text == "interrupted" ? RunEnd::interrupted
                                 : RunEnd::unfinished;
}

}  // namespace smx::history
