#pragma once

#include <string>
#include <string_view>

namespace smx {

/// `text` with every character that XML 1.0 forbids (section 2.2: most controls, surrogates, U+FFFE, U+FFFF)
/// and every byte that is not UTF-8 replaced by U+FFFD, cut to at most `limit` bytes. Escaping of markup is
/// the XML library's work.
std::string xml_text(std::string_view text, std::size_t limit);
/// The same with newlines and tabs as spaces: for attributes, whose white space parsers normalise.
std::string xml_line(std::string_view text, std::size_t limit);

}  // namespace smx
