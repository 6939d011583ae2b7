#include "harness/prepare/windows_manifest.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "tests/unit/prepare/inspections.h"

namespace smx::prepare {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class WindowsManifestTest : public testing::Test {
 protected:
  WindowsManifestTest() {
    write_file_atomically(manifest.source, "a stock image");
    write_file_atomically(image, "an overlay", 0444);
    write();
  }
  void write() { write_file_atomically(manifest_path(image), manifest_text(manifest)); }
  std::string refusal() {
    try {
      load_windows_manifest(image);
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::usage);
      return e.what();
    }
    return "";
  }

  TempDir dir{fs::temp_directory_path(), "smx-t-"};
  fs::path image = dir.path() / "win10.qcow2";
  WindowsManifest manifest{dir.path() / "stock.qcow2",
                           13,
                           10,
                           "aa",
                           "bb",
                           {},
                           test::prepared(),
                           "{\"devices\":[]}",
                           "cc",
                           "0.1.0",
                           TimePoint(Milliseconds(1764000000000))};
};

TEST_F(WindowsManifestTest, is_read_back_as_it_was_written) {
  manifest.machine.hardware.firmware = vm::Hardware::Firmware::uefi;
  manifest.machine.hardware.disk = "sata";
  manifest.machine.memory_mib = 2048;
  const auto back = parse_windows_manifest(manifest_text(manifest), "m");
  EXPECT_EQ(back.source, manifest.source);
  EXPECT_EQ(back.machine.hardware, manifest.machine.hardware);
  EXPECT_EQ(back.machine.memory_mib, 2048u);
  EXPECT_EQ(back.inspection, manifest.inspection);
  EXPECT_EQ(back.inventory, manifest.inventory);
  EXPECT_EQ(back.prepared, manifest.prepared);
  EXPECT_EQ(manifest_text(back), manifest_text(manifest));
}

TEST_F(WindowsManifestTest, belongs_to_files_that_are_still_the_same) {
  EXPECT_EQ(refusal(), "");
}

TEST_F(WindowsManifestTest, is_missing_for_an_image_that_was_not_prepared) {
  fs::remove(manifest_path(image));
  EXPECT_THAT(refusal(), HasSubstr("image prepare"));
}

TEST_F(WindowsManifestTest, does_not_fit_files_that_changed) {
  write_file_atomically(manifest.source, "another stock image");
  EXPECT_THAT(refusal(), HasSubstr("has changed"));
  fs::remove(manifest.source);
  EXPECT_THAT(refusal(), HasSubstr("is not there"));
}

TEST_F(WindowsManifestTest, does_not_trust_an_overlay_that_can_be_written_to) {
  fs::permissions(image, fs::perms(0644));
  EXPECT_THAT(refusal(), HasSubstr("can be written to"));
}

TEST_F(WindowsManifestTest, that_is_damaged_is_refused_with_its_name) {
  const auto whole = nlohmann::json::parse(manifest_text(manifest));
  for (const auto& [key, value] : whole.items()) {
    auto part = whole;
    part.erase(key);
    write_file_atomically(manifest_path(image), part.dump());
    EXPECT_THAT(refusal(), HasSubstr("win10.qcow2.manifest.json")) << key;
  }
  write_file_atomically(manifest_path(image), "{");
  EXPECT_THAT(refusal(), HasSubstr("damaged"));
}

}  // namespace
}  // namespace smx::prepare
