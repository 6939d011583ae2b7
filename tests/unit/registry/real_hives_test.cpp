#include <gmock/gmock.h>
#include <lzma.h>

#include <cstdlib>

#include "harness/core/files.h"
#include "scenarios/prediction/dependencies.h"
#include "scenarios/prediction/predict.h"
#include "scenarios/prediction/rows.h"
#include "tests/unit/image/error_matcher.h"
#include "vm/registry/bcd.h"
#include "vm/registry/system_hive.h"

// Hives of real Windows installations, where SMX_TEST_DATA, or ../shared/data beside the sources, has them.

namespace smx::vm {
namespace {

namespace fs = std::filesystem;

fs::path test_data() {
  const char* given = std::getenv("SMX_TEST_DATA");
  return given ? fs::path(given) : fs::path(SMX_SOURCE_FOLDER) / "../shared/data";
}

/// "" when it is not there.
std::string real_hive(const std::string& name) {
  const auto file = test_data() / "hives" / (name + ".xz");
  if (!fs::exists(file)) return {};
  const auto packed = read_file(file);
  std::string bytes(64u << 20, '\0');
  std::uint64_t memory = UINT64_MAX;
  std::size_t in = 0, out = 0;
  const auto result = lzma_stream_buffer_decode(
      &memory, 0, nullptr, reinterpret_cast<const std::uint8_t*>(packed.data()), &in, packed.size(),
      reinterpret_cast<std::uint8_t*>(bytes.data()), &out, bytes.size());
  EXPECT_EQ(result, LZMA_OK);
  bytes.resize(out);
  return bytes;
}

#define REAL_HIVE(bytes, name)        \
  const auto bytes = real_hive(name); \
  if (bytes.empty()) GTEST_SKIP() << name << " is not in " << test_data()

TEST(RealHives, a_store_of_windows_10_is_switched_and_switched_back) {
  REAL_HIVE(bytes, "windows-10.BCD");
  Bcd store(bytes, "BCD");
  EXPECT_EQ(store.entry().loader, "{733b62e5-f608-11eb-825c-c112f60133ab}");
  EXPECT_EQ(store.entry().mode, BootMode::normal);
  EXPECT_EQ(store.entry().recovery_enabled, true);
  EXPECT_FALSE(store.set_mode(BootMode::normal));
  for (const auto mode : {BootMode::safe_networking, BootMode::safe_minimal, BootMode::safe_command_prompt}) {
    EXPECT_TRUE(store.set_mode(mode));
    EXPECT_EQ(Bcd(store.bytes(), "again").entry().mode, mode);
  }
  EXPECT_TRUE(store.set_mode(BootMode::normal));
  EXPECT_TRUE(store.set_recovery_enabled(false));
  EXPECT_EQ(store.entry().recovery_enabled, false);
}

TEST(RealHives, windows_7_starts_readers_with_networking_only) {
  REAL_HIVE(bytes, "windows-7-sp1.SYSTEM");
  const Hive hive(bytes, "SYSTEM");
  const SystemHive system(hive);
  EXPECT_TRUE(has_entry(system.safe_boot("Network"), "SCardSvr"));
  EXPECT_FALSE(has_entry(system.safe_boot("Minimal"), "SCardSvr"));
  EXPECT_FALSE(has_entry(system.safe_boot("Network"), "CertPropSvc"));
  EXPECT_EQ(system.services({"SCardSvr"}).at(0).start, 3u);
}

TEST(RealHives, a_hive_of_windows_10_that_was_not_written_to_its_end_is_only_looked_at) {
  REAL_HIVE(bytes, "windows-10-18362.SYSTEM");
  EXPECT_THAT(test::error_of([&] { Hive(bytes, "SYSTEM"); }), testing::HasSubstr("not written to its end"));
  const Hive hive(bytes, "SYSTEM", Hive::Access::read, UnfinishedHive::read);
  const SystemHive system(hive);
  EXPECT_TRUE(has_entry(system.safe_boot("Network"), "{50DD5230-BA8A-11D1-BF5D-0000F805F530}"));
  EXPECT_FALSE(has_entry(system.safe_boot("Network"), "TermService"));
  EXPECT_EQ(system.services({"scfilter"}).at(0).group, "PnP Filter");
}

/// The rows that are expected to fail in Safe Mode with Networking.
std::vector<int> failing_rows(const WindowsInspection& windows) {
  std::vector<int> rows;
  for (const auto& p : predict_all(windows, BootMode::safe_networking)) {
    if (p.expected == Outcome::failed) rows.push_back(p.row);
    EXPECT_EQ(p.why.find("depends on"), std::string::npos) << p.why;
  }
  return rows;
}

TEST(RealHives, everything_that_listed_services_depend_on_starts_too) {
  for (const auto* name : {"windows-7-sp1.SYSTEM", "windows-10-18362.SYSTEM"}) {
    REAL_HIVE(bytes, name);
    const Hive hive(bytes, "SYSTEM", Hive::Access::read, UnfinishedHive::read);
    const SystemHive system(hive);
    WindowsInspection windows;
    windows.network = system.safe_boot("Network");
    windows.services = system.services(services_of_interest());
    EXPECT_NE(windows.service("nsiproxy"), nullptr) << "LanmanWorkstation's, by nsi";
    EXPECT_THAT(failing_rows(windows), testing::ElementsAre(4, 10, 11)) << name;
    // A driver that is listed by its file only, and whom nothing but dependencies leads to.
    std::erase_if(windows.network, [](const auto& entry) { return entry.name == "nsiproxy.sys"; });
    const auto p = predict(windows, "network-resource-credui", BootMode::safe_networking).value();
    EXPECT_EQ(p.cause, "not-in-safeboot");
    EXPECT_THAT(p.why, testing::HasSubstr("LanmanWorkstation depends on nsiproxy (by nsi), which is not on"));
  }
}

TEST(RealHives, what_microsofts_lists_leave_out_of_their_own_services_dependencies_is_known) {
  for (const auto* name : {"windows-7-sp1.SYSTEM", "windows-10-18362.SYSTEM"}) {
    REAL_HIVE(bytes, name);
    const Hive hive(bytes, "SYSTEM", Hive::Access::read, UnfinishedHive::read);
    const SystemHive system(hive);
    WindowsInspection windows;
    windows.network = system.safe_boot("Network");
    windows.services = system.services({"LanmanServer", "KeyIso", "CryptSvc", "NlaSvc", "Dhcp", "EventLog"});
    EXPECT_FALSE(windows.starts("SamSs", BootMode::safe_networking));
    for (const auto& service : windows.services) {
      const auto broken = broken_dependency(windows, service, BootMode::safe_networking);
      EXPECT_FALSE(broken) << name << ": " << service.name << " depends on " << broken->what;
    }
  }
}

}  // namespace
}  // namespace smx::vm
