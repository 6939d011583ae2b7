#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace smx {

/// A document as reports write it: UTF-8, two spaces of indentation, a newline at the end. Every character
/// that is not seen, or changes how others are seen (harness/core/text.h), is escaped, so that a terminal can
/// show the document; bytes that are no UTF-8 become U+FFFD. Texts are cut to kJsonText bytes: those of
/// guests are cut to 2,000 where they arrive, and a journal from elsewhere must not make a report that
/// nothing can read.
std::string json_text(nlohmann::json document);

inline constexpr std::size_t kJsonText = 16u << 10;

}  // namespace smx
