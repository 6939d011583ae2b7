#pragma once

#include <exception>
#include <stdexcept>
#include <string>

namespace smx {

/// The kind of an error; it decides the exit code (`exit_code_of`).
enum class ErrorKind {
  usage,        ///< a wrong argument or file of the user's; exit code 2
  environment,  ///< something of this host is missing or refuses; exit code 3
  guest,        ///< the guest or its channel did what it should not; around a cell it becomes an outcome
  internal,     ///< a fault of this program; exit code 70
};

/// "Could not be done." What happened in a scenario is a value, never an exception.
///
/// `what()` is one sentence for a person that names the thing, the place and the way out.
/// A cause is nested inside (`std::throw_with_nested`) and shown with `--verbose` only.
class Error : public std::runtime_error {
 public:
  // The builtins instead of std::source_location, which libstdc++ 12 does not offer to clang 14.
  Error(ErrorKind kind, const std::string& message, const char* file = __builtin_FILE(),
        int line = __builtin_LINE());

  ErrorKind kind() const noexcept { return kind_; }
  /// "engine.cpp:42": where it was thrown.
  std::string where() const { return std::string(file_) + ":" + std::to_string(line_); }

 private:
  ErrorKind kind_;
  const char* file_;
  int line_;
};

/// The run was asked to stop (Ctrl-C, SIGTERM). Not an error; it must not be swallowed on its way up.
class Cancelled : public std::exception {
 public:
  const char* what() const noexcept override { return "cancelled"; }
};

/// The process exit code for an error of this kind: 2, 3, 3 (guest) or 70.
int exit_code_of(ErrorKind kind);

/// Every message of the chain of nested exceptions, outermost first, joined by ": ".
std::string full_message(const std::exception& error);

}  // namespace smx
