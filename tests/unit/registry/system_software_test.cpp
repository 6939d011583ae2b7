#include <gmock/gmock.h>

#include "tests/unit/image/error_matcher.h"
#include "tests/unit/registry/hive_maker.h"
#include "vm/registry/software_hive.h"
#include "vm/registry/system_hive.h"

namespace smx::vm {
namespace {

using test::dword_value;
using test::error_of;
using test::text_value;
using test::texts_value;
using testing::HasSubstr;

TEST(SystemHive, reads_the_control_set_that_windows_would_boot) {
  auto maker = test::system_hive();
  maker.set("Select", "Current", dword_value(2));
  maker.set("ControlSet002\\Control\\SafeBoot\\Network\\QEMU-GA", "", text_value("Service"));
  const auto bytes = maker.bytes();
  const Hive hive(bytes, "SYSTEM");
  const SystemHive system(hive);
  EXPECT_EQ(system.control_set(), 2);
  ASSERT_EQ(system.safe_boot("Network").size(), 1u);
  EXPECT_EQ(system.safe_boot("Network")[0], (SafeBootEntry{"QEMU-GA", "Service"}));
  EXPECT_TRUE(system.safe_boot("Minimal").empty());
}

TEST(SystemHive, reads_services_and_switches) {
  auto maker = test::system_hive();
  const auto off = maker.bytes();
  maker.set("ControlSet001\\Control\\Session Manager\\Power", "HiberbootEnabled", dword_value(1));
  maker.set("ControlSet001\\Services\\Netlogon\\Parameters", "DisablePasswordChange", dword_value(1));
  const auto on = maker.bytes();
  const Hive before(off, "SYSTEM"), after(on, "SYSTEM");
  EXPECT_FALSE(SystemHive(before).fast_startup());
  EXPECT_FALSE(SystemHive(before).password_changes_off());
  EXPECT_TRUE(SystemHive(after).fast_startup());
  EXPECT_TRUE(SystemHive(after).password_changes_off());
  const auto services = SystemHive(after).services({"SCARDSVR", "none", "scfilter"});
  ASSERT_EQ(services.size(), 2u);
  EXPECT_EQ(services[0].name, "SCardSvr");
  EXPECT_EQ(services[0].start, 3u);
  EXPECT_FALSE(services[0].driver());
  EXPECT_EQ(services[1].group, "PNP Filter");
  EXPECT_TRUE(services[1].driver());
}

std::vector<std::string> names(const std::vector<WindowsService>& services) {
  std::vector<std::string> all;
  for (const auto& service : services) all.push_back(service.name);
  return all;
}

TEST(SystemHive, reads_what_services_depend_on) {
  const std::string services = "ControlSet001\\Services\\";
  auto maker = test::system_hive();
  maker.set(services + "Netlogon", "DependOnService", texts_value({"LANMANWORKSTATION", "gone", ""}));
  maker.set(services + "LanmanWorkstation", "DependOnService", texts_value({"bowser", "Netlogon"}));
  maker.set(services + "bowser", "DependOnGroup", texts_value({"NetGroup"}));
  maker.set(services + "one", "Group", text_value("NETGROUP"));
  maker.set(services + "one", "DependOnService", texts_value({"Netlogon\\Parameters"}));
  maker.set(services + "two", "Group", text_value("another"));
  maker.set(services + "Netlogon\\Parameters", "DisablePasswordChange", dword_value(1));
  const auto bytes = maker.bytes();
  const Hive hive(bytes, "SYSTEM");
  const auto found = SystemHive(hive).services({"SCardSvr", "Netlogon"});
  EXPECT_THAT(names(found),
              testing::ElementsAre("SCardSvr", "Netlogon", "LanmanWorkstation", "bowser", "one"));
  EXPECT_THAT(found[1].depends_on, testing::ElementsAre("LANMANWORKSTATION", "gone"));
  EXPECT_THAT(found[3].depends_on_groups, testing::ElementsAre("NetGroup"));
  EXPECT_THAT(found[4].depends_on, testing::IsEmpty()) << "a path is no service's name";
}

TEST(SystemHive, takes_dependencies_of_no_other_type) {
  auto maker = test::system_hive();
  maker.set("ControlSet001\\Services\\Netlogon", "DependOnService", text_value("CryptSvc"));
  maker.set("ControlSet001\\Services\\Netlogon", "DependOnGroup", dword_value(7));
  const auto bytes = maker.bytes();
  const Hive hive(bytes, "SYSTEM");
  EXPECT_THAT(names(SystemHive(hive).services({"Netlogon"})), testing::ElementsAre("Netlogon"));
}

TEST(SystemHive, refuses_services_that_depend_on_too_many) {
  auto maker = test::system_hive();
  const auto service = [](std::size_t i) { return "s" + std::to_string(i); };
  for (std::size_t i = 0; i < 600; ++i)
    maker.set("ControlSet001\\Services\\" + service(i), "DependOnService", texts_value({service(i + 1)}));
  const auto bytes = maker.bytes();
  const Hive hive(bytes, "SYSTEM");
  const SystemHive system(hive);
  EXPECT_THAT(error_of([&] { system.services({"s0"}); }), HasSubstr("more than 512 others"));
  EXPECT_EQ(system.services({"s100"}).size(), 500u);
}

TEST(SystemHive, refuses_a_hive_without_a_current_control_set) {
  for (const std::uint32_t current : {0u, 3u, 4000000000u}) {
    auto maker = test::system_hive();
    maker.set("Select", "Current", dword_value(current));
    const auto bytes = maker.bytes();
    const Hive hive(bytes, "SYSTEM");
    EXPECT_THAT(error_of([&] { SystemHive system(hive); }), HasSubstr("not a SYSTEM hive")) << current;
  }
}

TEST(SoftwareHive, reads_version_policies_and_cards) {
  auto maker = test::software_hive();
  maker.set("Policies\\Microsoft\\Windows\\ScPnP", "EnableScPnP", dword_value(0));
  const auto bytes = maker.bytes();
  const Hive hive(bytes, "SOFTWARE");
  const SoftwareHive software(hive);
  EXPECT_EQ(software.product(), "Windows 10 Pro");
  EXPECT_EQ(software.version(), "10.0.19045.3803");
  EXPECT_EQ(software.plug_and_play(), false);
  EXPECT_FALSE(software.propagation());
  ASSERT_EQ(software.cards().size(), 1u);
  EXPECT_EQ(software.cards()[0].atr, "3b07");
  EXPECT_EQ(software.cards()[0].minidriver, "msclmd.dll");
}

TEST(SoftwareHive, knows_the_versions_before_windows_10) {
  test::HiveMaker maker;
  maker.set("Microsoft\\Windows NT\\CurrentVersion", "CurrentVersion", text_value("6.1"));
  maker.set("Microsoft\\Windows NT\\CurrentVersion", "CurrentBuildNumber", text_value("7601"));
  const auto bytes = maker.bytes();
  const Hive hive(bytes, "SOFTWARE");
  EXPECT_EQ(SoftwareHive(hive).version(), "6.1.7601");
}

TEST(SoftwareHive, refuses_another_hive) {
  const auto bytes = test::system_hive().bytes();
  const Hive hive(bytes, "SYSTEM");
  EXPECT_THAT(error_of([&] { SoftwareHive software(hive); }), HasSubstr("not a SOFTWARE hive"));
}

}  // namespace
}  // namespace smx::vm
