#include "harness/prepare/driver_layer.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/prepare/driver_package.h"
#include "tests/unit/prepare/windows_with_inventory.h"
#include "vm/boot/windows_boot.h"
#include "vm/lab/lab_ca.h"

namespace smx::prepare {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(DriverVersion, is_read_from_the_inf) {
  EXPECT_EQ(driver_version("[Version]\r\nDriverVer=06/21/2006,10.0.19041.1\r\n"), "10.0.19041.1");
  EXPECT_EQ(driver_version("; DriverVer=1/1/2001,9.9\n driverver = 01/02/2024 , 1.2.3.4 ; ours\n"),
            "1.2.3.4");
  EXPECT_EQ(driver_version(std::string("\xff\xfe") + std::string("D\0r\0i\0v\0e\0r\0V\0e\0r\0=\0a\0,\0"
                                                                 "7\0.\0"
                                                                 "1\0\n\0",
                                                                 30)),
            "7.1");
}

TEST(DriverVersion, is_nothing_where_there_is_none) {
  for (const std::string text :
       {"", "DriverVer", "DriverVer=", "DriverVer=01/01/2024", "; DriverVer=01/01/2024,1.0", "\xff\xfe",
        "\xff\xfe"
        "D"})
    EXPECT_EQ(driver_version(text), "") << text;
}

class DriverLayerTest : public testing::Test {
 protected:
  DriverLayerTest() {
    write_file_atomically(dir.path() / "acme.inf", "[Version]\nDriverVer=01/02/2024,1.2.3.4\n");
    write_file_atomically(dir.path() / "acme.dll", "the driver");
    settings.drivers = {{(dir.path() / "acme.inf").string(), ""}};
  }

  vm::FakeScript script() {
    auto script = test::windows_with_inventory(windows, [this] { return inventory; });
    script.handlers["*"] = [this](const vm::GuestCommand& c, vm::FakeGuest& guest) {
      std::string line;
      for (const auto& word : c.argv) line += (line.empty() ? "" : " ") + word;
      told.push_back(line.substr(line.rfind('\\', line.find(".exe")) + 1));
      installed = guest.file("C:\\ProgramData\\safemode-matrix\\drivers\\1\\acme.dll");
      const bool pnputil = told.back().starts_with("pnputil");
      return vm::GuestResult{.code = pnputil ? answer : 0, .out = "nein"};
    };
    return script;
  }
  std::string change() {
    vm::MachineSpec spec;
    spec.name = "layer";
    evidence_files.clear();
    change_guest(settings, {hypervisor, strategy, "agent", cancel}, spec, evidence_files);
    EXPECT_THAT(hypervisor.running(), IsEmpty());
    return evidence_files["layer-inventory.json"];
  }
  std::string trouble() {
    try {
      change();
    } catch (const Error& e) {
      EXPECT_THAT(hypervisor.running(), IsEmpty());
      return e.what();
    }
    return "";
  }

  TempDir dir{fs::temp_directory_path(), "smx-t-"};
  CancelToken cancel;
  vm::fake::Windows windows;
  vm::WindowsBoot strategy{{}, {}};
  vm::FakeHypervisor hypervisor{[this](const vm::MachineSpec&) { return script(); }};
  GuestSettings settings{{}, true, "10.0.19045"};
  json inventory = {{"readers", {{"USB\\VID_08E6", {{"driver_version", "1.2.3.4"}}}}}};
  int answer = 0;
  std::vector<std::string> told;
  std::string installed;
  LayerEvidence evidence_files;
};

TEST_F(DriverLayerTest, installs_the_whole_package_and_shuts_down) {
  EXPECT_THAT(change(), HasSubstr("1.2.3.4"));
  EXPECT_EQ(installed, "the driver");
  EXPECT_THAT(
      told,
      Contains("pnputil.exe /add-driver C:\\ProgramData\\safemode-matrix\\drivers\\1\\acme.inf /install"));
}

TEST_F(DriverLayerTest, speaks_to_windows_7_in_its_own_words) {
  settings.windows = "6.1.7601";
  change();
  EXPECT_THAT(told, Contains("pnputil.exe -i -a C:\\ProgramData\\safemode-matrix\\drivers\\1\\acme.inf"));
}

TEST_F(DriverLayerTest, takes_a_restart_that_is_asked_for) {
  answer = 3010;
  EXPECT_EQ(trouble(), "");
}

TEST_F(DriverLayerTest, tells_when_the_package_is_refused) {
  answer = 1;
  EXPECT_THAT(trouble(), HasSubstr("ends with 1: nein"));
}

TEST_F(DriverLayerTest, does_not_take_a_driver_for_tested_that_no_device_uses) {
  answer = 259;
  for (const json& other : {json::object(), json{{"readers", {{"USB", {{"driver_version", "10.0.1"}}}}}},
                            json{{"readers", {1, 2}}}}) {
    inventory = other;
    EXPECT_THAT(trouble(), HasSubstr("no smart card reader or card of the guest uses its version 1.2.3.4"))
        << other;
  }
}

TEST_F(DriverLayerTest, wants_an_inf_with_a_version) {
  write_file_atomically(dir.path() / "acme.inf", "[Version]\n");
  EXPECT_THAT(trouble(), HasSubstr("DriverVer"));
}

TEST_F(DriverLayerTest, trusts_a_publisher_and_as_a_root_only_one_that_signed_itself) {
  const TempDir elsewhere(fs::temp_directory_path(), "smx-t-");
  const auto file = elsewhere.path() / "publisher.cer";
  const vm::LabCa ca;
  write_file_atomically(file, ca.root_pem());
  settings.drivers[0].certificate = file.string();
  change();
  const std::string path = "C:\\ProgramData\\safemode-matrix\\drivers\\1\\publisher.cer";
  EXPECT_THAT(told, Contains("certutil.exe -f -addstore TrustedPublisher " + path));
  EXPECT_THAT(told, Contains("certutil.exe -f -addstore Root " + path));
  told.clear();
  write_file_atomically(file, ca.certificate_pem());
  change();
  EXPECT_THAT(told, Contains("certutil.exe -f -addstore TrustedPublisher " + path));
  EXPECT_THAT(told, Not(Contains("certutil.exe -f -addstore Root " + path)));
  write_file_atomically(file, "no certificate");
  EXPECT_THAT(trouble(), HasSubstr("is not a certificate"));
}

TEST_F(DriverLayerTest, sets_the_policy_only_when_it_is_asked_to) {
  change();
  EXPECT_THAT(told, Not(Contains(HasSubstr("EnableScPnP"))));
  settings.plug_and_play = false;
  change();
  EXPECT_THAT(
      told,
      Contains("reg.exe add HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\ScPnP /v EnableScPnP /t REG_DWORD "
               "/d 0 /f"));
}

TEST_F(DriverLayerTest, has_a_key_that_changes_with_every_file) {
  const auto before = settings_key(settings);
  write_file_atomically(dir.path() / "acme.dll", "another driver");
  EXPECT_NE(settings_key(settings), before);
  write_file_atomically(dir.path() / "acme.dll", "the driver");
  EXPECT_EQ(settings_key(settings), before);
  settings.plug_and_play = false;
  EXPECT_NE(settings_key(settings), before);
  EXPECT_EQ(settings_key(GuestSettings{}), "");
}

TEST_F(DriverLayerTest, refuses_files_with_names_that_become_something_else_in_the_guest) {
  write_file_atomically(dir.path() / "a%b.dll", "x");
  EXPECT_THROW(settings_key(settings), Error);
}

TEST_F(DriverLayerTest, refuses_a_folder_that_is_more_than_a_package) {
  for (int i = 0; i < 256; ++i) write_file_atomically(dir.path() / ("f" + std::to_string(i)), "");
  EXPECT_THAT(trouble(), HasSubstr("larger than"));
}

}  // namespace
}  // namespace smx::prepare
