#pragma once

#include <string>
#include <vector>

#include "harness/core/time_types.h"

// What a person adds to a run by signing it off.

namespace smx {

/// A written reason to sign although a cell does not show what it should.
struct SignOffException {
  std::string cell;  ///< a cell id; `*` matches any characters
  std::string owner, reason;
  bool operator==(const SignOffException&) const = default;
};

/// Something that was tested, or tested with, by its hash where it has one.
struct Subject {
  std::string kind;  ///< "image", "drivers", "driver", "agent", "support-table", "matrix", ...
  std::string name;
  std::string sha256;  ///< lower-case hex; empty: it is known by `id`
  std::string id;      ///< a version, a store's key, a description; may be empty beside a hash
  auto operator<=>(const Subject&) const = default;
};

struct SignOff {
  std::string product, version;
  TimePoint when{};
  std::string signer;        ///< the certificate's subject
  std::string fingerprint;   ///< SHA-256 of the certificate, lower-case hex
  std::string judged_as_of;  ///< the day on which waivers were judged
  std::vector<SignOffException> exceptions;
  std::vector<Subject> subjects;
};

}  // namespace smx
