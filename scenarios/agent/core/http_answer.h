#pragma once

#include <string>
#include <string_view>

namespace smx::agent {

/// The one-time token that a lab's server answered with: the body of an HTTP/1 answer of status 200, without
/// its line end; at most 128 letters, digits, hyphens and underscores. "" for anything else.
std::string token_of_answer(std::string_view answer);

}  // namespace smx::agent
