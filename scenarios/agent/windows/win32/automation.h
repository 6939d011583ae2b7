#pragma once

#include <initializer_list>
#include <string>

#include "scenarios/agent/windows/win32/system.h"
// after windows.h
#include <oaidl.h>

// Objects by IDispatch, for interfaces that mingw-w64 does not declare.

namespace smx::agent {

/// COM in this thread, for as long as this object lives.
class Automation {
 public:
  Automation();
  ~Automation();
  Automation(const Automation&) = delete;
  Automation& operator=(const Automation&) = delete;
};

/// A value to or from an object; it owns what it holds, and wipes texts.
class Variant {
 public:
  Variant() { value_.vt = VT_EMPTY; }
  explicit Variant(const std::string& text);
  explicit Variant(long number);
  explicit Variant(bool yes);
  explicit Variant(IDispatch* object);
  ~Variant();
  Variant(Variant&& other) noexcept : value_(other.value_) { other.value_.vt = VT_EMPTY; }
  Variant& operator=(Variant&&) = delete;
  /// "" when it holds none.
  std::string text() const;
  VARIANT* raw() { return &value_; }
  const VARIANT& raw() const { return value_; }

 private:
  VARIANT value_{};
};

/// An object of a class that Windows registers under a name ("X509Enrollment.CX509PrivateKey").
class ComObject {
 public:
  /// Throws StepFailure (blocked, `tool-missing`) where there is no such class.
  explicit ComObject(const char* class_name);
  ~ComObject();
  ComObject(const ComObject&) = delete;
  ComObject& operator=(const ComObject&) = delete;
  IDispatch* get() const { return object_; }

  /// A method, with its arguments in order; throws HResult.
  Variant call(const char* name, std::initializer_list<const Variant*> arguments = {});
  void put(const char* name, const Variant& value);
  Variant property(const char* name);

 private:
  Variant invoke(const char* name, WORD how, std::initializer_list<const Variant*> arguments);
  std::string class_name_;
  IDispatch* object_ = nullptr;
};

/// What a method or property refused with.
struct HResult {
  std::uint32_t code;
  std::string where;  ///< "CX509PrivateKey.Create"
};

}  // namespace smx::agent
