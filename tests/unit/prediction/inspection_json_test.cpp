#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "tests/unit/prediction/sample_windows.h"

namespace smx {
namespace {

TEST(InspectionJson, comes_back_as_it_was) {
  auto windows = test::sample_windows();
  windows.cards.push_back({"card", "3b07", "x.dll"});
  windows.boot.recovery_enabled = false;
  windows.plug_and_play = false;
  windows.fast_startup = windows.hibernated = windows.password_changes_off = true;
  windows.warnings.emplace_back("mind");
  windows.services.front().start.reset();
  windows.services.back().depends_on = {"RpcSs", "nsi"};
  windows.services.back().depends_on_groups = {"NetBIOSGroup"};
  EXPECT_EQ(windows_inspection_from_json(nlohmann::json::parse(to_json(windows).dump())), windows);
  windows.boot.mode.reset();
  EXPECT_EQ(windows_inspection_from_json(to_json(windows)), windows);
}

TEST(InspectionJson, an_earlier_one_knows_no_dependencies) {
  const auto windows = test::sample_windows();
  auto json = to_json(windows);
  for (auto& service : json["services"]) {
    service.erase("depends_on");
    service.erase("depends_on_groups");
  }
  EXPECT_EQ(windows_inspection_from_json(json), windows);
  json["services"][0]["depends_on"] = 7;
  EXPECT_THROW(windows_inspection_from_json(json), Error);
}

TEST(InspectionJson, predictions_come_back_as_they_were) {
  const Prediction p{"pin-management",  6,    BootMode::safe_networking, Outcome::failed,
                     "not-in-safeboot", "why"};
  EXPECT_EQ(prediction_from_json(nlohmann::json::parse(to_json(p).dump())), p);
}

TEST(InspectionJson, refuses_what_nobody_wrote) {
  auto inspection = to_json(test::sample_windows());
  EXPECT_THROW(windows_inspection_from_json(nlohmann::json::object()), Error);
  inspection["boot"]["mode"] = "sideways";
  EXPECT_THROW(windows_inspection_from_json(inspection), Error);
  inspection["boot"]["mode"] = 7;
  EXPECT_THROW(windows_inspection_from_json(inspection), Error);
  EXPECT_THROW(prediction_from_json({{"scenario", "x"}}), Error);
}

TEST(Inspection, is_prepared_when_the_agent_is_on_both_lists) {
  auto windows = test::sample_windows();
  EXPECT_FALSE(windows.prepared());
  windows.network.push_back({"qemu-ga", "Service"});
  EXPECT_FALSE(windows.prepared());
  windows.minimal.push_back({"QEMU-GA", "Service"});
  EXPECT_TRUE(windows.prepared());
}

TEST(Inspection, knows_which_builds_have_no_tls_1_3) {
  WindowsInspection windows;
  for (const auto* version : {"6.1.7601", "10.0.19045.3803", "10.0.20347.1"}) {
    windows.version = version;
    EXPECT_TRUE(windows.lacks_tls13()) << version;
  }
  for (const auto* version : {"10.0.20348.587", "10.0.22631", "", "10.0", "10.0.x", "unknown"}) {
    windows.version = version;
    EXPECT_FALSE(windows.lacks_tls13()) << version << ": who does not know excuses nobody";
  }
}

}  // namespace
}  // namespace smx
