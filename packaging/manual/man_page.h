#pragma once

#include <string>

#include "packaging/manual/command_doc.h"

namespace smx::manual {

/// What the first page says beside its command's options, and every page's foot.
struct ManualText {
  std::string version;     ///< "0.1.0"
  std::string exit_codes;  ///< lines as they are
  std::string files;       ///< a sentence
};

/// "safemode-matrix-card-create": a page's name without its section.
std::string page_name(const CommandDoc& command);

/// The manual page of `command`, section 1, for man(7). `program`: the tree's root, whose options every
/// command takes; its own page has exit codes and files too.
std::string man_page(const CommandDoc& command, const CommandDoc& program, const ManualText& text);

/// Text of any kind as troff shows it: no request, no escape. What stands between `backquotes` is bold.
std::string man_text(const std::string& text);

}  // namespace smx::manual
