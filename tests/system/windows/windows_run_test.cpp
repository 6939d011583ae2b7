#include <gmock/gmock.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/prepare/windows_manifest.h"
#include "scenarios/prediction/rows.h"
#include "tests/integration/cli/program.h"
#include "tests/integration/offline/windows_image.h"
#include "vm/windows/offline_windows.h"

// A Windows target from end to end, as far as it goes without a Windows: a disk that looks like one from
// outside, and on which nothing starts. The run must edit its boot entry in the overlay, wait, look at the
// screen, repair, try once more, give up within its limits, and leave the images as they were and nothing
// behind.

namespace smx {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;
using vm::test::Layout;

class WindowsRun : public ProgramTest, public testing::WithParamInterface<Layout> {
 protected:
  void SetUp() override {
    NEEDS_DISK_PROGRAMS();
    if (!fs::exists(agent()))
      GTEST_SKIP() << "the agent for Windows is not built: there is no mingw-w64 compiler";
    if (GetParam() == Layout::uefi && !fs::exists("/usr/share/OVMF/OVMF_CODE_4M.fd"))
      GTEST_SKIP() << "the package ovmf is not installed";
    make_prepared_image();
  }
  static fs::path agent() {
    return fs::path(SMX_PROGRAM).parent_path().parent_path() /
           "libexec/safemode-matrix/agent-windows-x86_64.exe";
  }

  /// What `image prepare` leaves of a Windows, of which none is here to be prepared.
  void make_prepared_image() {
    const auto made = vm::test::make_image(vm::test::sound_windows(GetParam()), dir.path());
    golden = made.golden;
    image = dir.path() / "windows.qcow2";
    fs::rename(made.overlay, image);
    fs::permissions(image, fs::perms(0444));
    prepare::WindowsManifest m;
    m.source = golden;
    m.source_size = fs::file_size(golden);
    m.disk_size = fs::file_size(image);
    m.machine.hardware.firmware =
        GetParam() == Layout::uefi ? vm::Hardware::Firmware::uefi : vm::Hardware::Firmware::bios;
    m.machine.hardware.disk = "sata";
    m.machine.hardware.network = "e1000e";
    m.machine.memory_mib = 256;
    m.machine.vcpus = 1;
    m.inspection =
        vm::OfflineWindows(image, vm::OfflineWindows::Access::read, cancel).inspect(services_of_interest());
    write_file_atomically(prepare::manifest_path(image), prepare::manifest_text(m));
    before = sha256_file(golden) + sha256_file(image);
  }

  json run_matrix(int expected_exit) {
    const auto matrix = file(
        "m.json",
        json{{"format", 1},
             {"targets",
              {{{"kind", "windows"}, {"id", "w"}, {"image", image.string()}, {"support_table", nullptr}}}},
             {"modes", {"safe-networking"}},
             {"scenarios", {"certutil-scinfo"}},
             {"attempts", 1},
             {"boot_limit_ms", 6000}}
            .dump());
    const auto result = run({"run", matrix, "--accel", "tcg", "--json"});
    EXPECT_EQ(result.exit_code, expected_exit) << result.err;
    return json::parse(result.out);
  }

  fs::path golden, image;
  std::string before;
  CancelToken cancel;
};

TEST_P(WindowsRun, gives_up_on_a_disk_that_starts_nothing_and_tells_what_it_saw) {
  const auto report = run_matrix(5);
  ASSERT_FALSE(report["attempts"].empty());
  for (const auto& attempt : report["attempts"]) {
    EXPECT_EQ(attempt["observation"]["outcome"], "blocked");
    EXPECT_EQ(attempt["observation"]["cause"], "agent-never-answered") << attempt["observation"];
  }
  for (const auto& boot : report["boots"]) {
    std::map<std::string, std::string> evidence;
    for (const auto& e : boot["evidence"]) evidence[e["name"]] = e["sha256"];
    for (const char* name : {"watchdog.txt", "screen-1.png", "screen-2.png", "console.log"})
      EXPECT_TRUE(evidence.contains(name)) << name;
    const auto stored = dir.path() / "state/safemode-matrix/runs" / report["run"]["id"] / "evidence";
    EXPECT_THAT(read_file(stored / evidence["screen-1.png"]), testing::StartsWith("\x89PNG"));
    EXPECT_THAT(read_file(stored / evidence["watchdog.txt"]), HasSubstr("started once more"));
  }
  EXPECT_EQ(sha256_file(golden) + sha256_file(image), before) << "images are never changed";
  const auto work = dir.path() / "state/safemode-matrix/runs" / report["run"]["id"] / "work";
  EXPECT_FALSE(fs::exists(work)) << "overlays go";
}

TEST_P(WindowsRun, predicts_its_rows_from_the_registry) {
  const auto report = run_matrix(5);
  const auto& predictions = report["run"]["predictions"];
  ASSERT_EQ(predictions.size(), 2u) << "the cell and its control";
  for (const auto& p : predictions) EXPECT_EQ(p["scenario"], "certutil-scinfo");
  EXPECT_THAT(report["run"]["environment"]["windows.w"].get<std::string>(), HasSubstr("10.0."));
}

TEST_P(WindowsRun, begins_nothing_with_an_image_that_was_not_prepared) {
  fs::remove(prepare::manifest_path(image));
  const auto matrix = file("m.json", json{{"format", 1},
                                          {"targets", {{{"kind", "windows"}, {"image", image.string()}}}},
                                          {"scenarios", {"certutil-scinfo"}}}
                                         .dump());
  const auto result = run({"run", matrix});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("safemode-matrix image prepare SOURCE"));
  EXPECT_FALSE(run_was_begun());
}

TEST_P(WindowsRun, verifies_a_prepared_image_by_its_checklist) {
  const auto result = run({"image", "prepare", "--verify", image.string(), "--json"});
  EXPECT_EQ(result.exit_code, 1) << "it was never prepared, whatever its manifest says: " << result.err;
  std::map<std::string, std::string> states;
  for (const auto& item : json::parse(result.out)) states[item["id"]] = item["state"];
  EXPECT_EQ(states["safeboot-lists-as-shipped"], "holds");
  EXPECT_EQ(states["files-unchanged"], "FAILS") << "this manifest has no hashes";
  EXPECT_EQ(states["agent-answers"], "to be confirmed");
}

INSTANTIATE_TEST_SUITE_P(Layouts, WindowsRun, testing::Values(Layout::uefi, Layout::bios_ntfs),
                         [](const auto& test) { return test.param == Layout::uefi ? "uefi" : "bios"; });

}  // namespace
}  // namespace smx
