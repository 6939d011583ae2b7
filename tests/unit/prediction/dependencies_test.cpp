#include "scenarios/prediction/dependencies.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "scenarios/prediction/predict.h"
#include "tests/unit/prediction/sample_windows.h"

namespace smx {
namespace {

using test::sample_windows;
using testing::HasSubstr;

constexpr auto kMode = BootMode::safe_networking;

class Dependencies : public testing::Test {
 protected:
  WindowsService& service(const std::string& name) {
    return *std::find_if(windows.services.begin(), windows.services.end(),
                         [&](const auto& s) { return s.name == name; });
  }
  /// Installs a service that is on no list.
  WindowsService& add(const std::string& name, std::uint32_t type = 0x20) {
    windows.services.push_back({name, 3u, type, "", ""});
    return windows.services.back();
  }
  void list(const std::string& name) { windows.network.push_back({name, "Service"}); }
  Prediction workstation(BootMode mode = kMode) const {
    return predict(windows, "network-resource-credui", mode).value();
  }

  WindowsInspection windows = sample_windows();
};

TEST_F(Dependencies, a_service_whose_dependency_is_not_listed_does_not_start) {
  service("LanmanWorkstation").depends_on = {"CryptSvc", "bowser"};
  add("bowser", 2);
  EXPECT_EQ(workstation().expected, Outcome::failed);
  EXPECT_EQ(workstation().cause, "not-in-safeboot");
  EXPECT_EQ(
      workstation().why,
      "LanmanWorkstation depends on bowser, which is not on the SafeBoot\\Network list: row 8 is expected "
      "to stop with error 1068");
  EXPECT_EQ(workstation(BootMode::normal).expected, Outcome::passed);
  list("Bowser");
  EXPECT_EQ(workstation().expected, Outcome::passed);
}

TEST_F(Dependencies, are_followed_to_their_end) {
  service("LanmanWorkstation").depends_on = {"a"};
  add("a").depends_on = {"b"};
  add("b").depends_on = {"c"};
  add("c");
  for (const auto* name : {"a", "b"}) list(name);
  EXPECT_THAT(workstation().why,
              HasSubstr("LanmanWorkstation depends on c (by b), which is not on the SafeBoot\\Network list"));
  EXPECT_EQ(predict(windows, "join-domain", kMode)->cause, "not-in-safeboot");
  EXPECT_EQ(predict(windows, "certutil-scinfo", kMode)->expected, Outcome::passed) << "another row's service";
  list("c");
  EXPECT_EQ(workstation().expected, Outcome::passed);
}

TEST_F(Dependencies, that_go_in_a_circle_end) {
  service("LanmanWorkstation").depends_on = {"a"};
  add("a").depends_on = {"lanmanworkstation", "a"};
  list("a");
  EXPECT_EQ(workstation().expected, Outcome::passed);
}

TEST_F(Dependencies, may_be_listed_by_group_and_drivers_by_their_file) {
  service("LanmanWorkstation").depends_on = {"mup", "nsiproxy", "plain"};
  add("mup", 2).group = "PNP FILTER";
  add("nsiproxy", 1).image_path = "\\SystemRoot\\system32\\drivers\\nsiproxy.sys";
  add("plain", 1);
  EXPECT_THAT(workstation().why, HasSubstr("nsiproxy"));
  list("NSIProxy.sys");
  EXPECT_THAT(workstation().why, HasSubstr("plain"));
  list("plain.sys");
  EXPECT_EQ(workstation().expected, Outcome::passed);
  service("plain").type = 0x20;
  EXPECT_EQ(workstation().expected, Outcome::failed) << "only drivers are listed by their file";
}

TEST_F(Dependencies, that_are_disabled_or_missing_count_in_every_mode) {
  service("LanmanWorkstation").depends_on = {"mrxsmb10"};
  EXPECT_EQ(workstation(BootMode::normal).cause, "service-missing");
  EXPECT_THAT(workstation().why, HasSubstr("error 1075"));
  add("mrxsmb10", 2).start = 4;
  list("mrxsmb10");
  for (const auto mode : {BootMode::normal, kMode}) {
    EXPECT_EQ(workstation(mode).cause, "service-disabled");
    EXPECT_THAT(workstation(mode).why, HasSubstr("mrxsmb10, which is disabled"));
  }
}

TEST_F(Dependencies, of_a_group_need_one_member_that_starts) {
  service("LanmanWorkstation").depends_on_groups = {"NetGroup"};
  EXPECT_EQ(workstation().expected, Outcome::passed) << "nobody is known to be in it";
  add("one").group = "netgroup";
  add("two").group = "NetGroup";
  EXPECT_THAT(workstation().why, HasSubstr("depends on the group NetGroup, of which nothing is on the"));
  EXPECT_EQ(workstation(BootMode::normal).expected, Outcome::passed);
  list("two");
  EXPECT_EQ(workstation().expected, Outcome::passed);
  windows.network.pop_back();
  windows.network.push_back({"NETGROUP", "Driver Group"});
  EXPECT_EQ(workstation().expected, Outcome::passed);
}

TEST_F(Dependencies, on_the_part_of_lsass_that_is_on_no_list_are_none) {
  service("LanmanWorkstation").depends_on = {"SamSS"};
  add("SamSs");
  EXPECT_EQ(workstation().expected, Outcome::passed);
  service("SamSs").start = 4;
  EXPECT_EQ(workstation().cause, "service-disabled");
}

TEST_F(Dependencies, what_the_service_itself_lacks_is_told_first) {
  service("CertPropSvc").depends_on = {"nothing"};
  EXPECT_THAT(predict(windows, "certificate-propagation", kMode)->why, HasSubstr("CertPropSvc is not on"));
}

}  // namespace
}  // namespace smx
