#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace smx {

/// A PIN, PUK, password or key. It cannot be printed, formatted, compared by accident or put into JSON:
/// only `reveal()` gives the characters, and every call of it can be found by name. Wipes itself.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value);
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept;
  Secret& operator=(const Secret&) = default;
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  /// The characters; valid as long as this object. Never log what it returns.
  std::string_view reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

  friend bool operator==(const Secret&, const Secret&) = delete;

 private:
  std::string value_;
};

/// `count` random decimal digits from the system's random source.
Secret random_digits(std::size_t count);

/// Replaces every occurrence of each secret of four or more characters by "[secret]": the last defence
/// before bytes that came out of a guest are stored.
std::string redact(std::string text, const std::vector<Secret>& secrets);

}  // namespace smx
