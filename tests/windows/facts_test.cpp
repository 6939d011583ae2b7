#include "scenarios/agent/windows/rows/scenarios.h"

#include <gtest/gtest.h>

#include "scenarios/agent/windows/platform/windows_platform.h"
#include "scenarios/agent/windows/smartcard/calais.h"
#include "scenarios/agent/windows/win32/boot_entry.h"
#include "scenarios/agent/windows/win32/files.h"
#include "scenarios/agent/windows/win32/hashes.h"
#include "scenarios/agent/windows/win32/os_version.h"
#include "scenarios/agent/windows/win32/system.h"
#include "scenarios/agent/windows/win32/wine.h"

namespace smx::agent {
namespace {

Details details_of(const AgentScenario& scenario) {
  Request request;
  request.nonce = std::string(32, '0');
  const Deadline deadline(std::chrono::seconds(30));
  Reporter checks(scenario.checks.at("main"));
  Details details;
  WindowsPlatform platform;
  ScenarioContext context{request, checks, details, deadline, platform};
  scenario.run(context);
  return details;
}

const Details& part(const Details& details, const char* name) {
  return std::get<Details>(details.values().at(name));
}

TEST(Facts, hold_everything_that_the_controller_reads) {
  const auto details = details_of(facts());
  const auto& os = part(details, "os").values();
  EXPECT_EQ(std::get<std::string>(os.at("version")).substr(0, 1).find_first_not_of("0123456789"),
            std::string::npos);
  EXPECT_EQ(os.contains("wine"), !wine_version().empty());
  const auto& safeboot = part(details, "safeboot").values();
  EXPECT_EQ(std::get<std::int64_t>(safeboot.at("clean_boot")), GetSystemMetrics(SM_CLEANBOOT));
  EXPECT_TRUE(safeboot.contains("environment") && safeboot.contains("start_options"));
  EXPECT_TRUE(part(details, "boot_log").values().contains("present"));
  const auto& probe = part(details, "probe").values();
  EXPECT_EQ(std::get<std::string>(probe.at("service")), "seclogon");
  EXPECT_NE(std::get<std::string>(part(details, "services").values().at("SCardSvr")), "absent");
  EXPECT_GT(std::get<std::int64_t>(details.values().at("clock_unix_ms")), 1'600'000'000'000);
  EXPECT_TRUE(std::get<bool>(details.values().at("administrator")) || wine_version().empty());
}

TEST(Facts, leave_out_what_the_boot_does_not_have) {
  if (GetSystemMetrics(SM_CLEANBOOT) != 0) GTEST_SKIP() << "this is a safe mode";
  const auto& safeboot = part(details_of(facts()), "safeboot").values();
  EXPECT_FALSE(safeboot.contains("option_value"));
  EXPECT_FALSE(safeboot.contains("use_alternate_shell"));
}

TEST(Facts, know_no_boot_entry_under_wine) {
  if (wine_version().empty()) GTEST_SKIP() << "a real Windows has one";
  EXPECT_FALSE(booted_safeboot_element());
}

TEST(Inventory, hashes_the_files_that_are_there) {
  const auto details = details_of(inventory());
  const auto& file = part(part(details, "files"), "winscard.dll").values();
  EXPECT_TRUE(std::get<bool>(file.at("present")));
  EXPECT_EQ(std::get<std::string>(file.at("sha256")).size(), 64u);
  EXPECT_TRUE(details.values().contains("readers") && details.values().contains("policies"));
}

TEST(Hashes, are_those_of_the_standards) {
  EXPECT_EQ(hex(sha256(to_bytes("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha1(to_bytes("abc"))), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_TRUE(sha256_of_file("C:\\no\\such\\file").empty());
}

TEST(Files, are_read_within_limits) {
  EXPECT_TRUE(read_file("C:\\no\\such\\file", 10).empty());
  EXPECT_EQ(read_file(system_folder() + "\\kernel32.dll", 2), "MZ");
  EXPECT_EQ(names_in_folder(system_folder(), 3).size(), 3u);
  EXPECT_FALSE(size_of_file(windows_folder() + "\\no-such-file"));
}

TEST(Calais, tells_of_no_card_that_is_not_in_the_table) {
  EXPECT_EQ(find_calais_card({0x3b, 0x00}).minidriver, "");
}

}  // namespace
}  // namespace smx::agent
