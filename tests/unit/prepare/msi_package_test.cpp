#include "harness/prepare/msi_package.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <optional>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/utf16.h"
#include "harness/prepare/driver_layer.h"
#include "tests/unit/prepare/windows_with_inventory.h"
#include "vm/boot/windows_boot.h"

namespace smx::prepare {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kMsi = "C:\\ProgramData\\safemode-matrix\\drivers\\1\\acme.msi";

/// A Windows whose Windows Installer ends as the test says, and whose inventory is another afterwards.
class MsiPackageTest : public testing::Test {
 protected:
  MsiPackageTest() {
    write_file_atomically(dir.path() / "acme.msi", "the package");
    write_file_atomically(dir.path() / "readme.txt", "irrelevant");
    settings.drivers = {{"", "", (dir.path() / "acme.msi").string()}};
  }

  vm::FakeScript script() {
    auto script = test::windows_with_inventory(windows, [this] { return inventory; });
    script.handlers["C:\\Windows\\System32\\msiexec.exe"] =
        [this](const vm::GuestCommand& c, vm::FakeGuest& guest) { return msiexec(c, guest); };
    script.handlers["*"] = [this](const vm::GuestCommand& c, vm::FakeGuest&) {
      told.push_back(fs::path(c.argv.back()).string());
      return vm::GuestResult{};
    };
    script.handlers["C:\\Windows\\System32\\shutdown.exe"] = [this](const vm::GuestCommand& c,
                                                                    vm::FakeGuest& guest) {
      told.push_back("shutdown " + c.argv.at(1));
      c.argv.at(1) == "/r" ? guest.restart() : guest.end();
      return vm::GuestResult{};
    };
    script.boots_again = [this] {
      if (after_restart) inventory = *after_restart;
      return comes_back ? vm::FakeScript::Boot::answers : vm::FakeScript::Boot::silent;
    };
    return script;
  }

  vm::GuestResult msiexec(const vm::GuestCommand& c, vm::FakeGuest& guest) {
    arguments = {c.argv.begin() + 1, c.argv.end()};
    brought = guest.file(kMsi);
    others = guest.file("C:\\ProgramData\\safemode-matrix\\drivers\\1\\readme.txt");
    guest.put_file(std::string(kMsi) + ".log", log, 0644);
    if (after) inventory = *after;
    if (answer == 1641) guest.restart();
    return {.code = answer};
  }

  /// "" when all went well.
  std::string trouble() {
    vm::MachineSpec spec;
    spec.name = "layer";
    evidence_files.clear();
    try {
      change_guest(settings, {hypervisor, strategy, "agent", cancel}, spec, evidence_files);
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::guest);
      EXPECT_THAT(hypervisor.running(), IsEmpty());
      return e.what();
    }
    EXPECT_THAT(hypervisor.running(), IsEmpty());
    return "";
  }

  TempDir dir{fs::temp_directory_path(), "smx-t-"};
  CancelToken cancel;
  vm::fake::Windows windows;
  vm::WindowsBoot strategy{{}, {}};
  vm::FakeHypervisor hypervisor{[this](const vm::MachineSpec&) { return script(); }};
  GuestSettings settings{{}, true, "10.0.19045"};
  json inventory = {
      {"cards", json::object()},
      {"files", {{"msclmd.dll", {{"sha256", "00"}}}}},
      {"readers",
       {{"USB", {{"driver_version", "1"}, {"inf", "oem1.inf"}, {"started", false}, {"problem", 28}}}}}};
  /// What it is after the installation, and after the restart; nothing: the same.
  std::optional<json> after = with("/cards/Acme", {{"minidriver", "acme.dll"}}), after_restart;
  std::string log = "Return value 0";
  int answer = 0;
  bool comes_back = true;
  std::vector<std::string> told, arguments;
  std::string brought, others;
  LayerEvidence evidence_files;

  json with(const char* pointer, const json& value) const {
    auto changed = inventory;
    changed[json::json_pointer(pointer)] = value;
    return changed;
  }
};

TEST_F(MsiPackageTest, is_installed_silently_and_its_log_kept) {
  EXPECT_EQ(trouble(), "");
  EXPECT_EQ(arguments,
            (std::vector<std::string>{"/i", kMsi, "/qn", "/norestart", "/l*v", std::string(kMsi) + ".log"}));
  EXPECT_EQ(brought, "the package");
  EXPECT_EQ(others, "") << "the MSI is the whole package";
  EXPECT_EQ(evidence_files.at("layer-msi-1.log"), "Return value 0");
  EXPECT_THAT(evidence_files.at("layer-inventory.json"), HasSubstr("acme.dll"));
  EXPECT_THAT(told, Not(Contains("shutdown /r")));
}

TEST_F(MsiPackageTest, has_a_log_in_utf_16) {
  log = "\xff\xfe" + utf16_from_utf8("grün");
  EXPECT_EQ(trouble(), "");
  EXPECT_EQ(evidence_files.at("layer-msi-1.log"), "grün");
}

TEST_F(MsiPackageTest, that_wants_a_restart_gets_it_before_it_is_judged) {
  answer = 3010;
  after_restart = after;
  after.reset();
  EXPECT_EQ(trouble(), "");
  EXPECT_THAT(told, Contains("shutdown /r"));
}

TEST_F(MsiPackageTest, that_restarts_windows_by_itself_is_waited_for) {
  answer = 1641;
  EXPECT_EQ(trouble(), "");
  EXPECT_THAT(told, Not(Contains("shutdown /r")));
}

TEST_F(MsiPackageTest, after_which_windows_does_not_come_back_is_no_driver) {
  answer = 3010;
  comes_back = false;
  EXPECT_THAT(trouble(), HasSubstr("did not come back from the restart"));
}

TEST_F(MsiPackageTest, that_changes_nothing_of_the_inventory_is_refused) {
  after.reset();
  EXPECT_THAT(trouble(), HasSubstr("acme.msi was installed, but no reader, card, driver or file"));
  EXPECT_EQ(evidence_files.at("layer-msi-1.log"), "Return value 0") << "the log is had all the same";
}

TEST_F(MsiPackageTest, is_not_taken_for_the_cause_of_what_changes_by_itself) {
  after = with("/readers/USB/started", true);
  (*after)["readers"]["USB"]["problem"] = 0;
  (*after)["policies"]["EnableScPnP"] = 0;
  EXPECT_THAT(trouble(), HasSubstr("was installed, but"));
  after = with("/readers/LATE", {{"driver_version", "10.0.1"}, {"inf", "wudfusbcciddriver.inf"}});
  EXPECT_THAT(trouble(), HasSubstr("was installed, but"));
}

TEST_F(MsiPackageTest, may_change_a_device_a_file_or_a_card) {
  for (const auto& [pointer, value] : std::map<const char*, json>{{"/readers/USB/driver_version", "2"},
                                                                  {"/readers/USB2", {{"inf", "OEM2.inf"}}},
                                                                  {"/card_devices/C/inf", "oem3.inf"},
                                                                  {"/files/msclmd.dll/sha256", "01"},
                                                                  {"/cards/Acme", json::object()}}) {
    after = with(pointer, value);
    EXPECT_EQ(trouble(), "") << pointer;
  }
}

TEST_F(MsiPackageTest, is_told_why_it_is_refused) {
  const std::map<int, const char*> whys{
      {1603, "Return value 3"},    {1618, "another installation is running"},
      {1620, "is it an MSI file"}, {1633, "another processor"},
      {1638, "another version"},   {1652, "Safe Mode"}};
  for (const auto& [code, why] : whys) {
    answer = code;
    EXPECT_THAT(trouble(), HasSubstr(why)) << code;
    EXPECT_EQ(evidence_files.at("layer-msi-1.log"), "Return value 0") << code;
    EXPECT_FALSE(evidence_files.contains("layer-inventory.json"));
  }
  answer = 1605;
  EXPECT_THAT(trouble(), HasSubstr("ends with 1605")) << "what has no words of its own";
}

TEST_F(MsiPackageTest, has_a_key_of_its_bytes) {
  const auto before = settings_key(settings);
  write_file_atomically(dir.path() / "readme.txt", "another");
  EXPECT_EQ(settings_key(settings), before);
  write_file_atomically(dir.path() / "acme.msi", "another");
  EXPECT_NE(settings_key(settings), before);
}

TEST_F(MsiPackageTest, refuses_a_name_that_becomes_something_else_in_the_guest) {
  write_file_atomically(dir.path() / "a%b.msi", "x");
  settings.drivers[0].msi = (dir.path() / "a%b.msi").string();
  EXPECT_THROW(settings_key(settings), Error);
}

TEST(DriversIn, bear_whatever_a_guest_writes) {
  for (const json& odd : {json(), json(7), json::array(), json{{"readers", 7}}, json{{"readers", {1, 2}}}})
    EXPECT_EQ(drivers_in(odd), drivers_in(odd)) << odd;
  EXPECT_EQ(drivers_in(json::array()), json::object());
}

}  // namespace
}  // namespace smx::prepare
