#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/spec/places.h"

namespace smx::spec {

/// What is wrong with the files that are being read: everything is collected, then told at once, so that a
/// person mends a file in one go.
class Problems {
 public:
  /// `pointer` is a JSON pointer (RFC 6901), "" for the whole file.
  void add(const std::string& file, Place place, const std::string& pointer, const std::string& message);
  bool empty() const { return found_.empty(); }
  std::size_t size() const { return found_.size() + omitted_; }
  /// Nobody reads further problems of a file made by a broken script; they are only counted from here on.
  bool full() const { return found_.size() >= 200; }
  void count_one() { ++omitted_; }
  /// One line for each, in the order of files and places:
  /// `matrices/nightly.json:14:9 (/readers/0/kind): "virtaul" is no reader kind; did you mean "virtual"?`
  std::string text() const;
  /// Throws Error(usage) with `text()` when there is any.
  void throw_if_any() const;

 private:
  struct Problem {
    std::size_t file;  ///< index into `files_`
    Place place;
    std::string pointer, message;
  };
  std::vector<std::string> files_;
  std::vector<Problem> found_;
  std::size_t omitted_ = 0;
};

/// "file:line:column (/pointer)"
std::string place_text(const std::string& file, Place place, const std::string& pointer);

/// `; did you mean "x"?` for the candidate closest to `word`, else `; expected "a", "b" or "c"`, shortened
/// when there are many; "" without candidates.
std::string suggestion(const std::string& word, const std::vector<std::string>& candidates);

/// `"…"` on one line: at most 60 characters, control characters replaced. For words of a file in a message.
std::string quote(std::string_view text);

}  // namespace smx::spec
