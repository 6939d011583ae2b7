#pragma once

#include <utility>

#include "scenarios/agent/windows/win32/system.h"

namespace smx::agent {

/// A kernel object's handle, closed with this object. Null and INVALID_HANDLE_VALUE are none.
class Handle {
 public:
  Handle() = default;
  explicit Handle(HANDLE value) : value_(value) {}
  ~Handle() { close(); }
  Handle(Handle&& other) noexcept : value_(std::exchange(other.value_, nullptr)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  HANDLE get() const { return value_; }
  explicit operator bool() const { return value_ != nullptr && value_ != INVALID_HANDLE_VALUE; }
  /// For functions that fill a handle in.
  HANDLE* out() {
    close();
    return &value_;
  }
  void close() {
    if (*this) CloseHandle(value_);
    value_ = nullptr;
  }

 private:
  HANDLE value_ = nullptr;
};

}  // namespace smx::agent
