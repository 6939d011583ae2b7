#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/core/text.h"
#include "vm/registry/hive.h"

namespace smx::vm {

/// A value's text, made safe to show, at most 300 bytes; "" when it is not there or no text.
inline std::string text_of(const std::optional<RegistryValue>& value) {
  return value ? sanitize_guest_text(value->text(), 300) : std::string();
}

inline std::optional<std::uint32_t> dword_of(const std::optional<RegistryValue>& value) {
  return value ? value->dword() : std::nullopt;
}

}  // namespace smx::vm
