#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "vm/image/manifest.h"

namespace smx::vm {

/// A built image: a folder whose files never change.
struct Image {
  std::filesystem::path folder;  ///< absolute
  Manifest manifest;
  std::filesystem::path disk() const { return folder / "disk.qcow2"; }
  std::filesystem::path kernel() const { return folder / "vmlinux"; }
  std::filesystem::path initrd() const { return folder / "initrd"; }
};

/// Where images are kept:
///
///   ROOT/reference-linux/0123456789abcdef/{disk.qcow2,vmlinux,initrd,manifest.json}
///
/// A folder is there whole or not at all: builds write beside it and rename. Reads nothing but the manifests.
class ImageStore {
 public:
  /// `root` is `cache_home()/"images"` but in tests; it need not exist.
  explicit ImageStore(std::filesystem::path root);

  /// The image of that name that was built last. Throws Error(usage) that says how to build it when there is
  /// none.
  Image newest(const std::string& name) const;
  /// All images, by name, the newest first. A folder that holds no sound image is passed over.
  std::vector<Image> list() const;
  /// That very image. Throws Error(usage) when it is not there.
  Image find(const std::string& name, const std::string& key) const;
  /// Whether that very image is there.
  bool has(const std::string& name, const std::string& key) const;
  /// Removes one image. Throws Error(usage) when it is not there. Overlays on it become useless.
  void remove(const std::string& name, const std::string& key) const;

  std::filesystem::path folder(const std::string& name, const std::string& key) const {
    return root_ / name / key;
  }
  const std::filesystem::path& root() const { return root_; }

 private:
  std::filesystem::path root_;
};

}  // namespace smx::vm
