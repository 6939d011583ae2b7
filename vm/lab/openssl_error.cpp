#include "vm/lab/openssl_error.h"

#include <openssl/err.h>

namespace smx::vm {

std::string take_openssl_error() {
  const auto code = ERR_peek_last_error();
  const char* reason = code != 0 ? ERR_reason_error_string(code) : nullptr;
  ERR_clear_error();
  return reason != nullptr ? reason : "";
}

Error openssl_failure(const std::string& what) {
  const auto reason = take_openssl_error();
  return {ErrorKind::internal, "OpenSSL could not " + what + (reason.empty() ? "" : ": " + reason)};
}

}  // namespace smx::vm
