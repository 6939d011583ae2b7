#include "harness/compare/input.h"

#include <algorithm>
#include <array>

namespace smx::compare {
namespace {

constexpr std::array<std::string_view, 9> kNames = {"driver", "package", "policy",  "image", "card",
                                                    "reader", "table",   "harness", "host"};

}  // namespace

std::string_view name(InputKind kind) {
  return kNames.at(static_cast<std::size_t>(kind));
}

std::optional<InputKind> parse_input_kind(std::string_view text) {
  const auto it = std::find(kNames.begin(), kNames.end(), text);
  if (it == kNames.end()) return std::nullopt;
  return static_cast<InputKind>(it - kNames.begin());
}

}  // namespace smx::compare
