#pragma once

#include <string>

#include "harness/core/error.h"

// What libvirt says, turned into what a person can do about it. Pure: takes libvirt's numbers
// (virErrorNumber, virErrorDomain) and message, so that every translation is tested without libvirt.

namespace smx::vm {

struct LibvirtFailure {
  int code = 0;
  int domain = 0;
  std::string message;
};

/// The error for a failure of `action` ("start the machine smx-1"). Environment, or internal where only a
/// fault of this program explains it. A failure that is not known is shown in libvirt's words.
Error explain(const LibvirtFailure& failure, const std::string& action);

/// libvirt's last error on this thread, taken and cleared.
LibvirtFailure last_failure();

/// `throw explain(last_failure(), action)`
[[noreturn]] void throw_libvirt(const std::string& action);

/// Stops libvirt from printing its errors to stderr. Once per process.
void silence_libvirt();

}  // namespace smx::vm
