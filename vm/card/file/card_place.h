#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "harness/core/bytes.h"
#include "harness/core/error.h"

namespace smx::vm {

/// A place in a card file: a JSON value, and how to speak of it. Every reader throws Error(usage) with the
/// file and the JSON pointer when the value is not what it must be. For .cpp files that read card files.
class Place {
 public:
  Place(const nlohmann::json& value, std::string pointer, const std::string& origin)
      : value_(value), pointer_(std::move(pointer)), origin_(origin) {}

  [[noreturn]] void fail(std::string_view what) const {
    throw Error(ErrorKind::usage,
                fmt::format("{} ({}): {}; make a new one with `safemode-matrix card create`", origin_,
                            pointer_.empty() ? "/" : pointer_, what));
  }
  Place at(const char* key) const {
    if (!value_.is_object()) fail("is not an object");
    const auto found = value_.find(key);
    if (found == value_.end()) fail(fmt::format("\"{}\" is missing", key));
    return {*found, pointer_ + "/" + key, origin_};
  }
  /// Refuses members that this version does not know: they may carry something that matters.
  void only(std::initializer_list<std::string_view> keys) const {
    for (const auto& item : object().items()) {
      if (std::find(keys.begin(), keys.end(), item.key()) == keys.end()) {
        fail(fmt::format("unknown member \"{}\"", item.key()));
      }
    }
  }
  const nlohmann::json& object() const {
    if (!value_.is_object()) fail("is not an object");
    return value_;
  }
  Place member(const std::string& key, const nlohmann::json& value) const {
    return {value, pointer_ + "/" + key, origin_};
  }
  std::string text() const {
    if (!value_.is_string()) fail("is not a string");
    return value_.get<std::string>();
  }
  Bytes bytes() const {
    auto b = parse_hex(text());
    if (!b) fail("is not hex text");
    return *b;
  }
  Bytes bytes(std::size_t size) const {
    auto b = bytes();
    if (b.size() != size) fail(fmt::format("has {} bytes, not {}", b.size(), size));
    return b;
  }
  int number(int least, int most) const {
    if (!value_.is_number_integer()) fail("is not a whole number");
    const auto n = value_.is_number_unsigned() && value_.get<std::uint64_t>() > 0x7fffffff
                       ? std::int64_t{0x7fffffff}
                       : value_.get<std::int64_t>();
    if (n < least || n > most) fail(fmt::format("is not between {} and {}", least, most));
    return static_cast<int>(n);
  }
  bool boolean() const {
    if (!value_.is_boolean()) fail("is neither true nor false");
    return value_.get<bool>();
  }

 private:
  const nlohmann::json& value_;
  std::string pointer_;
  const std::string& origin_;
};

}  // namespace smx::vm
