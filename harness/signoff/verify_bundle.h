#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/cancel.h"
#include "harness/signing/verify.h"
#include "harness/signoff/manifest.h"

namespace smx::signoff {

/// Something that is wrong with a bundle.
struct Finding {
  enum class Kind {
    signature,  ///< the signature is bad, or another signer's
    manifest,   ///< the manifest is not one, or says otherwise than the signature
    altered,    ///< a listed file has other bytes, or something else stands in its place
    missing,    ///< a listed file is not there
    unlisted,   ///< something is there that the manifest does not list
  };
  Kind kind;
  std::string path;  ///< as it is in the bundle; not to be printed without one_line
  std::string what;  ///< one line for a person
  bool operator==(const Finding&) const = default;
};

std::string_view name(Finding::Kind kind);

struct BundleCheck {
  std::vector<Finding> findings;  ///< the signature's first, then by path
  signing::Verification signature;
  std::optional<Manifest> manifest;  ///< none when it could not be read
  std::size_t files = 0;             ///< listed files that were looked at
  bool sound() const { return findings.empty(); }
};

/// Holds a bundle against its manifest, and the manifest against the signature and the pinned signer. The
/// bundle is untrusted: no link in it is followed, nothing is read out of it, all is bounded. When
/// the signature is bad, its files are compared with the manifest all the same, to say what was altered.
/// Throws Error(usage) when `folder` has neither manifest nor signature, Cancelled.
BundleCheck verify_bundle(const std::filesystem::path& folder, const signing::Identity& pinned,
                          const CancelToken& cancel, const std::function<void(const std::string&)>& progress);

}  // namespace smx::signoff
