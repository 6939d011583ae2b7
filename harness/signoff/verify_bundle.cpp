#include "harness/signoff/verify_bundle.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/error.h"
#include "harness/signoff/bundle_tree.h"
#include "harness/signoff/plain_files.h"

namespace smx::signoff {
namespace {

using Kind = Finding::Kind;

constexpr std::size_t kTreeLimit = 2 * kFilesLimit;
constexpr std::uint64_t kSignatureLimit = 1u << 20;

class Verifier {
 public:
  Verifier(const std::filesystem::path& folder, const signing::Identity& pinned, const CancelToken& cancel,
           const std::function<void(const std::string&)>& progress)
      : root_(open_folder(folder)), pinned_(pinned), cancel_(cancel), progress_(progress) {
    auto tree = tree_below(root_, kTreeLimit);
    if (!tree)
      throw Error(ErrorKind::usage,
                  fmt::format("{} has more than {} files in it, which no sign-off bundle has",
                              folder.string(), kTreeLimit));
    tree_ = std::move(*tree);
    if (!tree_.contains(kManifestFile) && !tree_.contains(kSignatureFile))
      throw Error(ErrorKind::usage, fmt::format("{} is not a sign-off bundle: it has neither {} nor {}",
                                                folder.string(), kManifestFile, kSignatureFile));
  }

  BundleCheck verify() {
    const auto text = read_own(kManifestFile, kManifestLimit);
    const auto signature = read_own(kSignatureFile, kSignatureLimit);
    if (text && signature) check_signature(*text, *signature);
    if (text) read_manifest(*text);
    if (check_.manifest) check_files();
    return std::move(check_);
  }

 private:
  void find(Kind kind, const std::string& path, const std::string& what) {
    check_.findings.push_back({kind, path, what});
  }

  /// The manifest or the signature.
  std::optional<std::string> read_own(const char* file, std::uint64_t limit) {
    auto bytes = read_plain(root_, file, limit);
    if (bytes) return bytes;
    const bool there = tree_.contains(file);
    find(there ? Kind::altered : Kind::missing, file,
         there ? "is not a plain file of a possible size" : "is not there");
    return bytes;
  }

  void check_signature(const std::string& text, const std::string& signature) {
    check_.signature = signing::verify_detached(text, signature, pinned_);
    if (!check_.signature.valid) find(Kind::signature, kSignatureFile, check_.signature.why);
  }

  void read_manifest(const std::string& text) {
    try {
      check_.manifest = parse_manifest(text);
    } catch (const Error& e) {
      find(Kind::manifest, kManifestFile, e.what());
      return;
    }
    if (check_.manifest->fingerprint != pinned_.fingerprint)
      find(Kind::manifest, kManifestFile, "names another certificate as the signer's");
  }

  void check_files() {
    for (const auto& listed : check_.manifest->files) {
      cancel_.check();
      progress_(fmt::format("hashing: {} of {} files", ++check_.files, check_.manifest->files.size()));
      const auto there = tree_.find(listed.path);
      if (there == tree_.end()) {
        find(Kind::missing, listed.path, "is not there");
        continue;
      }
      if (const auto why = difference(listed, there->second); !why.empty())
        find(Kind::altered, listed.path, why);
      tree_.erase(there);
    }
    for (const auto& [path, entry] : tree_)
      if (path != kManifestFile && path != kSignatureFile)
        find(Kind::unlisted, path, entry.odd.empty() ? "is not in the manifest" : "is " + entry.odd);
  }

  /// Why a file is not the one that is listed; empty when it is.
  std::string difference(const FileEntry& listed, const TreeEntry& there) {
    if (!there.odd.empty()) return "is " + there.odd + ", no file";
    if (there.size != listed.size)
      return fmt::format("has {} bytes, and {} are listed", there.size, listed.size);
    const auto file = open_plain(root_, listed.path);
    if (!file || file->size != listed.size) return "cannot be opened, or was changed while it was looked at";
    const auto hash = sha256_of(*file, cancel_);
    if (!hash) return "cannot be read to its end";
    return *hash == listed.sha256 ? "" : "has other bytes than were signed";
  }

  UniqueFd root_;
  const signing::Identity& pinned_;
  const CancelToken& cancel_;
  const std::function<void(const std::string&)>& progress_;
  Tree tree_;
  BundleCheck check_;
};

}  // namespace

std::string_view name(Finding::Kind kind) {
  switch (kind) {
    case Kind::signature: return "signature";
    case Kind::manifest: return "manifest";
    case Kind::altered: return "altered";
    case Kind::missing: return "missing";
    case Kind::unlisted: break;
  }
  return "unlisted";
}

BundleCheck verify_bundle(const std::filesystem::path& folder, const signing::Identity& pinned,
                          const CancelToken& cancel,
                          const std::function<void(const std::string&)>& progress) {
  return Verifier(folder, pinned, cancel, progress).verify();
}

}  // namespace smx::signoff
