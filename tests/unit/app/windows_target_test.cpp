#include "harness/app/windows_target.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/process.h"
#include "tests/unit/boot/fake_windows.h"
#include "tests/unit/prepare/inspections.h"
#include "tests/unit/prepare/windows_with_inventory.h"
#include "vm/reader/fake_reader.h"

namespace smx::app {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

/// A prepared image that is empty, and a Windows in memory that "boots" from it.
class WindowsTargetTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!find_program("qemu-img")) GTEST_SKIP() << "qemu-img is not installed";
    ::setenv("SMX_LIBEXEC_DIR", dir.path().c_str(), 1);
    write_file_atomically(dir.path() / "agent-windows-x86_64.exe", "the agent", 0755);
    write_file_atomically(dir.path() / "acme.msi", "the driver");
    write_file_atomically(dir.path() / "stock.qcow2", "stock");
    Command create;
    create.argv = {"qemu-img", "create", "-q", "-f", "qcow2", image.string(), "1M"};
    ASSERT_TRUE(run_command(create).ok());
    fs::permissions(image, fs::perms(0444));
    target.image = image.string();
    target.drivers = {{"", "", (dir.path() / "acme.msi").string()}};
  }
  void TearDown() override { ::unsetenv("SMX_LIBEXEC_DIR"); }

  /// With the inspection of now.
  std::unique_ptr<WindowsTarget> windows_target() {
    prepare::WindowsManifest manifest;
    manifest.source = dir.path() / "stock.qcow2";
    manifest.source_size = 5;
    manifest.disk_size = fs::file_size(image);
    manifest.source_sha256 = manifest.disk_sha256 = manifest.agent_sha256 = "aa";
    manifest.inspection = inspection;
    manifest.inventory = "{}";
    write_file_atomically(prepare::manifest_path(image), prepare::manifest_text(manifest));
    return std::make_unique<WindowsTarget>(
        target, dir.path() / "work" / "layer.qcow2", [this]() -> vm::Hypervisor& { return hypervisor; },
        [this] {
          return readers.open({"first", {}, "card"}, {}, dir.path());
        },
        Milliseconds(1000), cancel);
  }

  vm::FakeScript script() {
    auto script = prepare::test::windows_with_inventory(windows, [this] {
      return json{{"cards", {{"installed", installed}}}};
    });
    script.handlers["C:\\Windows\\System32\\msiexec.exe"] = [this](const vm::GuestCommand& c,
                                                                   vm::FakeGuest& guest) {
      guest.put_file(c.argv.back(), "the log", 0644);
      installed = answer == 0;
      return vm::GuestResult{.code = answer};
    };
    return script;
  }

  TempDir dir{fs::temp_directory_path(), "smx-t-"};
  fs::path image = dir.path() / "win10.qcow2";
  CancelToken cancel;
  vm::fake::Windows windows;
  vm::FakeHypervisor hypervisor{[this](const vm::MachineSpec&) { return script(); }};
  vm::FakeReaderProvider readers;
  WindowsInspection inspection = prepare::test::prepared();
  Target target{"win10", TargetKind::windows, "", ""};
  bool installed = false;
  int answer = 0;
};

TEST_F(WindowsTargetTest, installs_drivers_once_in_a_guest_that_has_the_reader) {
  const auto driver = windows_target();
  EXPECT_THAT(driver->evidence_files(), IsEmpty());
  driver->create_overlay(dir.path() / "one.qcow2");
  driver->create_overlay(dir.path() / "two.qcow2");
  ASSERT_EQ(hypervisor.started().size(), 1u);
  EXPECT_FALSE(hypervisor.started()[0].card_socket.empty()) << "no reader, no driver of one";
  EXPECT_THAT(readers.asked(), testing::ElementsAre("open first"));
  EXPECT_EQ(driver->evidence_files().at("layer-msi-1.log"), "the log");
  EXPECT_THAT(driver->evidence_files().at("layer-inventory.json"), HasSubstr("installed"));
  EXPECT_TRUE(fs::exists(dir.path() / "two.qcow2"));
}

TEST_F(WindowsTargetTest, whose_drivers_are_refused_makes_no_overlay_and_keeps_the_log) {
  answer = 1603;
  const auto driver = windows_target();
  EXPECT_THROW(driver->create_overlay(dir.path() / "one.qcow2"), Error);
  EXPECT_FALSE(fs::exists(dir.path() / "one.qcow2"));
  EXPECT_EQ(driver->evidence_files().at("layer-msi-1.log"), "the log");
  answer = 0;
  driver->create_overlay(dir.path() / "one.qcow2");
  EXPECT_TRUE(fs::exists(dir.path() / "one.qcow2")) << "the next boot tries again";
}

TEST_F(WindowsTargetTest, without_settings_starts_nothing) {
  target.drivers.clear();
  windows_target()->create_overlay(dir.path() / "one.qcow2");
  EXPECT_THAT(hypervisor.started(), IsEmpty());
  EXPECT_THAT(readers.asked(), IsEmpty());
}

TEST_F(WindowsTargetTest, is_known_to_lack_tls_1_3_by_its_image) {
  EXPECT_TRUE(windows_target()->lacks_tls13());
  inspection.version = "10.0.22631.2861";
  EXPECT_FALSE(windows_target()->lacks_tls13());
}

}  // namespace
}  // namespace smx::app
