#include "harness/core/error.h"

namespace smx {

Error::Error(ErrorKind kind, const std::string& message, const char* file, int line)
    : std::runtime_error(message), kind_(kind), file_(file), line_(line) {}

int exit_code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage: return 2;
    case ErrorKind::environment:
    case ErrorKind::guest: return 3;
    case ErrorKind::internal: return 70;
  }
  return 70;
}

std::string full_message(const std::exception& error) {
  std::string message = error.what();
  try {
    std::rethrow_if_nested(error);
  } catch (const std::exception& cause) {
    message += ": " + full_message(cause);
  }
  return message;
}

}  // namespace smx
