#pragma once

#include <string>
#include <string_view>

namespace smx {

/// UTF-16LE bytes, as Windows keeps text, as UTF-8. Lone surrogates become U+FFFD; an odd last byte is
/// dropped. NULs stay: the caller knows what they mean.
std::string utf8_from_utf16(std::string_view bytes);

/// UTF-8 as UTF-16LE bytes, without an end mark. Throws Error(usage) for anything that is not UTF-8.
std::string utf16_from_utf8(std::string_view text);

/// Whether both are the same but for the case of ASCII letters; Windows' own files and keys are named in
/// ASCII.
bool same_name(std::string_view a, std::string_view b);

}  // namespace smx
