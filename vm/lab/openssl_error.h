#pragma once

#include <string>

#include "harness/core/error.h"

namespace smx::vm {

/// What OpenSSL has to say about its last failure, and forgets it: "certificate verify failed"; "" when
/// nothing.
std::string take_openssl_error();

/// An Error(internal) that says what could not be done, and OpenSSL's reason.
Error openssl_failure(const std::string& what);

}  // namespace smx::vm
