#pragma once

#include <memory>
#include <ostream>

#include "reports/terminal/progress_listener.h"
#include "reports/terminal/style.h"

namespace smx {

/// The live matrix when `fd`, which `out` writes to, is a terminal and neither NO_COLOR is set nor TERM is
/// "dumb"; one plain line an event otherwise. `out` must outlive it.
std::unique_ptr<Progress> make_progress(std::ostream& out, int fd);

/// What `fd` can show: colours on a terminal unless NO_COLOR (https://no-color.org) or TERM=dumb say no,
/// symbols when the locale's LC_ALL, LC_CTYPE or LANG names UTF-8 or `fd` is no terminal, the window's width.
TerminalStyle style_of(int fd);

}  // namespace smx
