#include "harness/prepare/windows_preparation.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/run/fake_target.h"
#include "tests/unit/boot/fake_windows.h"
#include "tests/unit/prepare/inspections.h"
#include "vm/reader/fake_reader.h"

namespace smx::prepare {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// A Windows in memory is prepared: what its programs were told is what the "offline look" finds afterwards.
class PreparationTest : public testing::Test {
 protected:
  PreparationTest() { write_file_atomically(options.source, "a stock image"); }

  vm::FakeScript script() {
    auto script = windows.script();
    script.handlers["facts"] = [this](const vm::GuestCommand& c, vm::FakeGuest&) {
      auto facts = windows.facts();
      facts["administrator"] = administrator;
      return vm::GuestResult{.out = run::fake::result(c, nlohmann::json::array(), facts)};
    };
    script.handlers["device-management"] = [this](const vm::GuestCommand& c, vm::FakeGuest&) {
      const bool there = ++reader_asked > reader_after;
      return vm::GuestResult{.out = run::fake::result(c, {{{"id", "reader-present"},
                                                           {"outcome", there ? "passed" : "failed"},
                                                           {"cause", there ? "" : "no-reader"},
                                                           {"message", "the device has no driver yet"}}})};
    };
    script.handlers["inventory"] = [](const vm::GuestCommand& c, vm::FakeGuest&) {
      return vm::GuestResult{.out = run::fake::result(c, nlohmann::json::array(), {{"devices", {"reader"}}})};
    };
    script.handlers["*"] = [this](const vm::GuestCommand& c, vm::FakeGuest&) {
      std::string line;
      for (const auto& word : c.argv) line += (line.empty() ? "" : " ") + word;
      told.push_back(line.substr(line.rfind('\\', line.find(".exe")) + 1));
      return vm::GuestResult{.code = told.back().starts_with(refuse) && !refuse.empty() ? 5 : 0,
                             .out = "nein"};
    };
    script.handlers["C:\\Windows\\System32\\shutdown.exe"] = [this](const vm::GuestCommand&,
                                                                    vm::FakeGuest& guest) {
      if (shuts_down) guest.end();
      return vm::GuestResult{};
    };
    script.boot = boot;
    return script;
  }

  WindowsManifest prepare() {
    const auto reader = readers.open({}, {}, dir.path());
    Maintenance with{hypervisor, strategy, "the agent's program", cancel};
    with.picture = picture;
    const ImageTools tools{
        [this](const fs::path& image) { return image == options.source ? source : sealed; },
        [](const fs::path&, const fs::path& overlay) { write_file_atomically(overlay, "overlay"); }};
    return prepare_windows(options, with, tools, *reader, clock);
  }
  std::string trouble() {
    try {
      prepare();
    } catch (const Error& e) {
      EXPECT_THAT(hypervisor.running(), IsEmpty());
      EXPECT_FALSE(fs::exists(options.output));
      EXPECT_FALSE(fs::exists(options.output.string() + ".part"));
      EXPECT_FALSE(fs::exists(manifest_path(options.output)));
      return e.what();
    }
    ADD_FAILURE() << "it was prepared";
    return "";
  }

  TempDir dir{fs::temp_directory_path(), "smx-t-"};
  fs::path picture = dir.path() / "screen.png";
  CancelToken cancel;
  FakeClock clock{TimePoint(Milliseconds(1764000000000))};
  vm::fake::Windows windows;
  vm::FakeReaderProvider readers;
  vm::WindowsBoot strategy{{}, {}};
  vm::FakeHypervisor hypervisor{[this](const vm::MachineSpec&) { return script(); }};
  PreparationOptions options{dir.path() / "stock.qcow2", dir.path() / "win10.qcow2", {}, "0.1.0"};
  WindowsInspection source = test::stock(), sealed = test::prepared();
  std::vector<std::string> told;
  // ---- what goes wrong
  bool administrator = true, shuts_down = true;
  int reader_after = 0, reader_asked = 0;
  std::string refuse;
  vm::FakeScript::Boot boot = vm::FakeScript::Boot::answers;
};

TEST_F(PreparationTest, makes_a_sealed_image_with_its_manifest) {
  const auto manifest = prepare();
  EXPECT_THAT(hypervisor.running(), IsEmpty());
  EXPECT_EQ(fs::status(options.output).permissions(), fs::perms(0444));
  const auto read = load_windows_manifest(options.output);
  EXPECT_EQ(manifest_text(read), manifest_text(manifest));
  EXPECT_EQ(read.source_sha256, sha256_hex("a stock image"));
  EXPECT_EQ(read.disk_sha256, sha256_hex("overlay"));
  EXPECT_EQ(read.agent_sha256, sha256_hex("the agent's program"));
  EXPECT_EQ(read.inspection.version, "10.0.19045.3803");
  EXPECT_THAT(read.inventory, HasSubstr("reader"));
  EXPECT_FALSE(fs::exists(options.output.string() + ".part"));
}

TEST_F(PreparationTest, registers_the_guest_agent_for_both_safe_modes_and_nothing_else) {
  prepare();
  std::vector<std::string> safeboot;
  for (const auto& line : told)
    if (line.find("SafeBoot") != std::string::npos) safeboot.push_back(line);
  EXPECT_THAT(
      safeboot,
      testing::ElementsAre("reg.exe add HKLM\\SYSTEM\\CurrentControlSet\\Control\\SafeBoot\\Network\\QEMU-GA "
                           "/ve /t REG_SZ /d Service /f",
                           "reg.exe add HKLM\\SYSTEM\\CurrentControlSet\\Control\\SafeBoot\\Minimal\\QEMU-GA "
                           "/ve /t REG_SZ /d Service /f"));
}

TEST_F(PreparationTest, keeps_starts_out_of_the_recovery_menu) {
  prepare();
  const auto& entry = windows.entries.at(vm::fake::Windows::kCurrent).options;
  EXPECT_EQ(entry.at("bootstatuspolicy"), "ignoreallfailures");
  EXPECT_EQ(entry.at("recoveryenabled"), "no");
}

TEST_F(PreparationTest, has_the_reader_installed_before_anything_is_changed) {
  reader_after = 3;
  prepare();
  EXPECT_EQ(reader_asked, 4);
}

TEST_F(PreparationTest, refuses_a_source_that_is_hibernated_or_in_safe_mode_or_has_no_agent) {
  source.hibernated = true;
  EXPECT_THAT(trouble(), HasSubstr("powercfg /hibernate off"));
  source = test::stock();
  source.boot.mode = BootMode::safe_minimal;
  EXPECT_THAT(trouble(), HasSubstr("normal mode"));
  source = test::stock();
  source.services.erase(source.services.begin());
  EXPECT_THAT(trouble(), HasSubstr("guest agent"));
  EXPECT_THAT(hypervisor.started(), IsEmpty());
}

TEST_F(PreparationTest, refuses_without_administrative_credentials_before_anything_is_changed) {
  administrator = false;
  EXPECT_THAT(trouble(), HasSubstr("administrative credentials"));
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(PreparationTest, refuses_a_windows_that_is_in_safe_mode) {
  windows.entries[vm::fake::Windows::kCurrent].options["safeboot"] = "network";
  EXPECT_THAT(trouble(), HasSubstr("not in normal mode"));
}

TEST_F(PreparationTest, shows_the_screen_of_a_guest_that_does_not_answer) {
  boot = vm::FakeScript::Boot::silent;
  EXPECT_THAT(trouble(), HasSubstr(picture.string()));
  EXPECT_TRUE(fs::exists(picture));
}

TEST_F(PreparationTest, tells_the_words_of_a_program_that_refuses) {
  for (const char* program : {"reg.exe", "powercfg.exe", "auditpol.exe", "wevtutil.exe"}) {
    refuse = program;
    EXPECT_THAT(trouble(), HasSubstr("ends with 5: nein")) << program;
  }
}

TEST_F(PreparationTest, gives_up_on_a_windows_that_does_not_shut_down) {
  shuts_down = false;
  EXPECT_THAT(trouble(), HasSubstr("did not shut down"));
}

TEST_F(PreparationTest, does_not_believe_programs_that_say_yes_and_do_nothing) {
  sealed.minimal.pop_back();
  EXPECT_THAT(trouble(), HasSubstr("SafeBoot\\Minimal"));
}

TEST_F(PreparationTest, does_not_seal_what_got_more_into_the_safeboot_lists) {
  sealed.network.push_back({"CertPropSvc", "Service"});
  EXPECT_THAT(trouble(), HasSubstr("CertPropSvc"));
}

TEST_F(PreparationTest, leaves_files_of_that_name_alone) {
  write_file_atomically(options.output, "mine");
  EXPECT_THROW(prepare(), Error);
  EXPECT_EQ(read_file(options.output), "mine");
}

TEST_F(PreparationTest, is_cancelled_without_a_trace) {
  boot = vm::FakeScript::Boot::blocks;
  cancel.cancel();
  EXPECT_THROW(prepare(), Cancelled);
  EXPECT_FALSE(fs::exists(options.output.string() + ".part"));
  EXPECT_THAT(hypervisor.running(), IsEmpty());
}

}  // namespace
}  // namespace smx::prepare
