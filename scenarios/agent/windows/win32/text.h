#pragma once

#include <string>
#include <string_view>
#include <vector>

// Windows' UTF-16 and the protocol's UTF-8. Anything that is not Unicode becomes U+FFFD.

namespace smx::agent {

std::wstring wide(std::string_view utf8);
std::string narrow(std::wstring_view utf16);

/// Lower case of ASCII letters; others stay.
std::string lower(std::string_view text);

/// The strings of a list that ends with an empty one (REG_MULTI_SZ).
std::vector<std::string> multi_strings(std::wstring_view list);

}  // namespace smx::agent
