#include "vm/image/manifest.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/model/model_json.h"
#include "vm/image/guest_files.h"

namespace smx::vm {
namespace {

using nlohmann::json;

constexpr std::size_t kKeyLength = 16;

bool is_key(const std::string& text) {
  return text.size() == kKeyLength && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

Manifest from_json(const json& j) {
  if (j.at("format") != 1) throw Error(ErrorKind::usage, "its format is not 1");
  Manifest m;
  m.name = j.at("name").get<std::string>();
  m.key = j.at("key").get<std::string>();
  if (!is_key(m.key)) throw Error(ErrorKind::usage, "its key is not 16 hex digits");
  m.kernel_release = j.at("kernel_release").get<std::string>();
  m.built = parse_iso8601(j.at("built").get<std::string>());
  m.disk_size = j.at("disk_size").get<std::uint64_t>();
  m.kernel_size = j.at("kernel_size").get<std::uint64_t>();
  m.initrd_size = j.at("initrd_size").get<std::uint64_t>();
  for (const auto& p : j.at("packages"))
    m.packages.push_back({p.at("name").get<std::string>(), p.at("version").get<std::string>(),
                          p.at("architecture").get<std::string>()});
  return m;
}

}  // namespace

std::string manifest_text(const Manifest& m) {
  auto packages = json::array();
  for (const auto& p : m.packages)
    packages.push_back({{"name", p.name}, {"version", p.version}, {"architecture", p.architecture}});
  const json j{{"format", 1},
               {"name", m.name},
               {"key", m.key},
               {"kernel_release", m.kernel_release},
               {"built", iso8601(m.built)},
               {"disk_size", m.disk_size},
               {"kernel_size", m.kernel_size},
               {"initrd_size", m.initrd_size},
               {"packages", packages}};
  return j.dump(2) + "\n";
}

Manifest parse_manifest(std::string_view text, const std::filesystem::path& file) {
  const auto refuse = [&file](const std::string& why) -> Error {
    return Error(ErrorKind::usage,
                 fmt::format("{} is not an image manifest: {}; remove the image's folder and build it again",
                             file.string(), why));
  };
  const auto j = json::parse(text, nullptr, false);
  if (j.is_discarded()) throw refuse("it is not JSON");
  try {
    return from_json(j);
  } catch (const json::exception&) {
    std::throw_with_nested(refuse("a field is missing or of the wrong type"));
  } catch (const Error& error) {
    std::throw_with_nested(refuse(error.what()));
  }
}

std::string image_key(std::string_view recipe, const std::vector<DebianPackage>& packages) {
  // Each part with its length, so that no two different lists read the same.
  std::string all;
  const auto add = [&all](std::string_view part) { all += fmt::format("{}:{}\n", part.size(), part); };
  add(recipe);
  for (const auto& package : packages) add(package.file_name());
  for (const auto& file : guest_files()) {
    add(file.path);
    add(file.content);
  }
  return sha256_hex(all).substr(0, kKeyLength);
}

}  // namespace smx::vm
