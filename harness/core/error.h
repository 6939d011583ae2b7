#pragma once

#include <exception>
#include <source_location>
#include <stdexcept>
#include <string>

namespace smx {

/// Whose trouble an error is; it decides the exit code (`exit_code_of`).
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
  Error(ErrorKind kind, const std::string& message,
        std::source_location where = std::source_location::current());

  ErrorKind kind() const noexcept { return kind_; }
  const std::source_location& where() const noexcept { return where_; }

 private:
  ErrorKind kind_;
  std::source_location where_;
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
