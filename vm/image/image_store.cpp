#include "vm/image/image_store.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/text.h"
#include "vm/image/reference_image_names.h"

namespace smx::vm {
namespace {

namespace fs = std::filesystem;

/// The image in `folder`, if a whole and sound one of that name and key is there.
std::optional<Image> image_in(const fs::path& folder) {
  Image image{fs::absolute(folder), {}};
  for (const auto& file : {image.disk(), image.kernel(), image.initrd(), image.folder / "manifest.json"}) {
    std::error_code error;
    if (!fs::is_regular_file(file, error)) return std::nullopt;
  }
  try {
    const auto file = image.folder / "manifest.json";
    image.manifest = parse_manifest(read_file(file, 1u << 20), file);
  } catch (const Error&) {
    return std::nullopt;  // another program's folder, or a damaged one: as good as none
  }
  const auto& m = image.manifest;
  if (m.key != folder.filename() || m.name != folder.parent_path().filename()) return std::nullopt;
  return image;
}

std::vector<fs::path> folders_in(const fs::path& parent) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(parent, error))
    if (entry.is_directory(error)) folders.push_back(entry.path());
  return folders;
}

}  // namespace

ImageStore::ImageStore(fs::path root) : root_(std::move(root)) {}

std::vector<Image> ImageStore::list() const {
  std::vector<Image> images;
  for (const auto& name : folders_in(root_))
    for (const auto& folder : folders_in(name))
      if (auto image = image_in(folder)) images.push_back(std::move(*image));
  std::sort(images.begin(), images.end(), [](const Image& a, const Image& b) {
    const auto &m = a.manifest, &n = b.manifest;
    if (m.name != n.name) return m.name < n.name;
    return m.built != n.built ? m.built > n.built : m.key < n.key;
  });
  return images;
}

Image ImageStore::newest(const std::string& name) const {
  const auto images = list();
  const auto found = std::find_if(images.begin(), images.end(),
                                  [&name](const Image& image) { return image.manifest.name == name; });
  if (found != images.end()) return *found;
  const auto& known = reference_image_names();
  if (std::find(known.begin(), known.end(), name) != known.end())
    throw Error(
        ErrorKind::usage,
        fmt::format("the image \"{0}\" is not built yet; run `safemode-matrix image build {0}`", name));
  const auto hint = closest(name, known);
  throw Error(ErrorKind::usage,
              fmt::format("there is no image \"{}\" in {}; {}", name, root_.string(),
                          hint.empty() ? "`safemode-matrix image list` shows those that are there"
                                       : "did you mean \"" + hint + "\"?"));
}

Image ImageStore::find(const std::string& name, const std::string& key) const {
  if (auto image = image_in(folder(name, key))) return *image;
  throw Error(ErrorKind::usage,
              fmt::format("there is no image {}/{}; `safemode-matrix image list` shows those "
                          "that are there",
                          name, key));
}

bool ImageStore::has(const std::string& name, const std::string& key) const {
  return image_in(folder(name, key)).has_value();
}

void ImageStore::remove(const std::string& name, const std::string& key) const {
  const auto image = find(name, key);
  std::error_code error;
  fs::remove_all(image.folder, error);
  if (error)
    throw Error(ErrorKind::environment, image.folder.string() + " cannot be removed: " + error.message());
}

}  // namespace smx::vm
