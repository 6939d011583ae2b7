#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/types.h"
#include "harness/spec/document.h"

// Reading an object's fields by name and type. Every reader complains at the value's place and then gives its
// default, so that one pass over a file finds all that is wrong with it.

namespace smx::spec {

/// All spellings of an enum of types.h, in its order.
template <class E>
std::vector<std::string> spellings(std::initializer_list<E> values) {
  std::vector<std::string> words;
  for (const auto value : values) words.emplace_back(name(value));
  return words;
}

/// Single values; nothing after a complaint.
std::optional<std::string> read_text(const Value& value, std::size_t most = 4000);
std::optional<std::int64_t> read_integer(const Value& value, std::int64_t least, std::int64_t most);
std::vector<Value> read_list(const Value& value, std::size_t least = 0);
/// Lower-case letters, digits, `.`, `_`, `-`, beginning with a letter or digit, at most 64: ids become parts
/// of cell ids (joined by `/`), file names and domain names.
std::optional<std::string> read_id(const Value& value);
/// One of `words`, which are spellings of a `noun` ("boot mode").
std::optional<std::string> read_word(const Value& value, std::string_view noun,
                                     const std::vector<std::string>& words);

/// The fields of one object. Asking for a key makes it known; `finish` complains about all others.
class Fields {
 public:
  /// `noun` says what the object is: "a reader". Complains when it is no object; then every field is absent,
  /// without further complaints.
  Fields(const Value& value, std::string noun);

  std::optional<Value> optional(std::string_view key);
  /// Complains when the key is missing.
  std::optional<Value> required(std::string_view key);

  std::string text(std::string_view key, const std::string& otherwise = "");
  std::string required_text(std::string_view key);  ///< complains about an empty one too
  std::int64_t integer(std::string_view key, std::int64_t otherwise, std::int64_t least, std::int64_t most);
  bool boolean(std::string_view key, bool otherwise);
  /// A list of texts without repetition, at least `least` of them when the key is there.
  std::vector<std::string> texts(std::string_view key,
                                 const std::function<std::optional<std::string>(const Value&)>& read,
                                 std::size_t least = 0);

  /// An enum's value by its spelling; `parse` is parse_NAME of types.h.
  template <class E>
  E word(std::string_view key, std::string_view noun, std::initializer_list<E> all,
         std::optional<E> (*parse)(std::string_view), E otherwise) {
    return spelled(optional(key), noun, all, parse, otherwise);
  }
  /// The same for a key that must be there; the first of `all` after a complaint.
  template <class E>
  E required_word(std::string_view key, std::string_view noun, std::initializer_list<E> all,
                  std::optional<E> (*parse)(std::string_view)) {
    return spelled(required(key), noun, all, parse, *all.begin());
  }

  bool is_object() const { return value_.kind() == Kind::object; }
  const Value& value() const { return value_; }
  void finish();

 private:
  template <class E>
  static E spelled(const std::optional<Value>& value, std::string_view noun, std::initializer_list<E> all,
                   std::optional<E> (*parse)(std::string_view), E otherwise) {
    const auto text = value ? read_word(*value, noun, spellings(all)) : std::nullopt;
    return text ? *parse(*text) : otherwise;
  }

  Value value_;
  std::string noun_;
  std::vector<std::string> known_;
};

/// Begins a file: its root must be an object whose `format` is 1; `$schema` is allowed for editors.
Fields file_fields(const Document& document, const std::string& noun);

inline constexpr std::initializer_list<TargetKind> kTargetKinds{
    TargetKind::windows, TargetKind::reference_linux, TargetKind::reference_wine};
inline constexpr std::initializer_list<BootMode> kBootModes{
    BootMode::normal, BootMode::safe_networking, BootMode::safe_minimal, BootMode::safe_command_prompt};
inline constexpr std::initializer_list<Mark> kMarks{Mark::supported, Mark::not_supported, Mark::unknown};

}  // namespace smx::spec
