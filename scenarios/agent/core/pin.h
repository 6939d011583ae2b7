#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace smx::agent {

/// A PIN or PUK. It cannot be printed by accident: only `reveal()` gives its characters. Wipes itself.
class Pin {
 public:
  Pin() = default;
  explicit Pin(std::string digits) : digits_(std::move(digits)) {}
  Pin(const Pin&) = default;
  Pin(Pin&& other) noexcept : digits_(other.digits_) { other.wipe(); }
  Pin& operator=(const Pin&) = default;
  Pin& operator=(Pin&& other) noexcept {
    if (this == &other) return *this;
    wipe();
    digits_ = other.digits_;
    other.wipe();
    return *this;
  }
  ~Pin() { wipe(); }

  std::string_view reveal() const { return digits_; }
  bool empty() const { return digits_.empty(); }
  bool same_as(const Pin& other) const { return digits_ == other.digits_; }

 private:
  void wipe() noexcept {
    // Through a volatile pointer, or the compiler drops writes to a string that is about to die.
    volatile char* at = digits_.data();
    for (std::size_t i = 0; i < digits_.size(); ++i) at[i] = 0;
    digits_.clear();
  }
  std::string digits_;
};

/// A PIN of `length` random digits that is none of `others` (at most a few).
/// Blocks only as long as the system's random source does.
Pin random_pin(std::size_t length, std::initializer_list<const Pin*> others);

}  // namespace smx::agent
