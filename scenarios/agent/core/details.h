#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace smx::agent {

/// The free-form part of a result: a tree of named values. Kept free of a JSON library, which is large: only
/// result.cpp turns it into JSON.
class Details {
 public:
  using Value = std::variant<std::string, std::int64_t, bool, std::vector<std::string>, Details>;
  /// The names from the root to the value: {"tls12", "token"}.
  using Path = std::initializer_list<std::string_view>;

  /// Sets or replaces a value; objects on the way are made. An empty path is a std::logic_error.
  void set(Path path, Value value);
  void set(Path path, const char* text) { set(path, Value(std::string(text))); }
  const std::map<std::string, Value, std::less<>>& values() const { return values_; }

 private:
  std::map<std::string, Value, std::less<>> values_;
};

}  // namespace smx::agent
