#pragma once

#include <cstddef>

namespace smx {

/// How much evidence the page shows in place, in bytes: of one cell or boot, and of all together.
inline constexpr std::size_t kInlinePerCell = 8u << 10;
inline constexpr std::size_t kInlineInAll = 5u << 20;

}  // namespace smx
