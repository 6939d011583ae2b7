#include "scenarios/prediction/predict.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "harness/core/error.h"
#include "harness/spec/load.h"
#include "scenarios/verify/verify.h"
#include "tests/unit/prediction/sample_windows.h"

namespace smx {
namespace {

using test::sample_windows;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

WindowsService& service(WindowsInspection& windows, const std::string& name) {
  return *std::find_if(windows.services.begin(), windows.services.end(),
                       [&](const auto& s) { return s.name == name; });
}

std::vector<int> failing(const WindowsInspection& windows, BootMode mode) {
  std::vector<int> rows;
  for (const auto& p : predict_all(windows, mode))
    if (p.expected == Outcome::failed) rows.push_back(p.row);
  return rows;
}

TEST(Predict, names_the_rows_as_the_catalogue_does) {
  const auto catalogue = spec::load_catalogue(SMX_CATALOGUE, verify::checks_of_verifiers());
  ASSERT_GE(catalogue.scenarios.size(), row_needs().size());
  for (std::size_t i = row_needs().size(); i < catalogue.scenarios.size(); ++i)
    EXPECT_EQ(catalogue.scenarios[i].row, kOwnCheck) << catalogue.scenarios[i].id;
  for (std::size_t i = 0; i < row_needs().size(); ++i) {
    EXPECT_EQ(row_needs()[i].scenario, catalogue.scenarios[i].id);
    EXPECT_EQ(row_needs()[i].row, catalogue.scenarios[i].row);
  }
}

TEST(Predict, everything_passes_in_normal_mode) {
  EXPECT_THAT(failing(sample_windows(), BootMode::normal), testing::IsEmpty());
}

TEST(Predict, with_networking_stop_those_whose_services_are_not_listed) {
  EXPECT_THAT(failing(sample_windows(), BootMode::safe_networking), UnorderedElementsAre(4, 10, 11));
  const auto p = predict(sample_windows(), "certificate-propagation", BootMode::safe_networking).value();
  EXPECT_EQ(p.cause, "not-in-safeboot");
  EXPECT_EQ(p.row, 10);
  EXPECT_EQ(p.why,
            "CertPropSvc is not on the SafeBoot\\Network list: row 10 is expected to stop with error 1084");
}

TEST(Predict, nothing_works_where_the_smart_card_service_is_not_started) {
  for (const auto mode : {BootMode::safe_minimal, BootMode::safe_command_prompt}) {
    const auto all = predict_all(sample_windows(), mode);
    for (const auto& p : all) {
      EXPECT_EQ(p.expected, Outcome::failed);
      EXPECT_THAT(p.why, HasSubstr("SCardSvr is not on the SafeBoot\\Minimal list"));
    }
  }
}

TEST(Predict, a_list_that_was_added_to_is_believed) {
  auto windows = sample_windows();
  windows.network.push_back({"certpropsvc", "Service"});
  EXPECT_THAT(failing(windows, BootMode::safe_networking), UnorderedElementsAre(4));
}

TEST(Predict, a_service_may_be_listed_by_its_group) {
  auto windows = sample_windows();
  service(windows, "CertPropSvc").group = "PnP Filter";
  EXPECT_THAT(failing(windows, BootMode::safe_networking), UnorderedElementsAre(4));
}

TEST(Predict, without_the_readers_class_no_reader_starts) {
  auto windows = sample_windows();
  std::erase_if(windows.network, [](const auto& entry) { return entry.name.starts_with("{"); });
  const auto p = predict(windows, "pin-management", BootMode::safe_networking).value();
  EXPECT_EQ(p.cause, "not-in-safeboot");
  EXPECT_THAT(p.why, HasSubstr("no reader starts"));
  EXPECT_EQ(predict(windows, "pin-management", BootMode::normal)->expected, Outcome::passed);
}

TEST(Predict, a_disabled_service_and_a_missing_one_are_told_apart) {
  auto windows = sample_windows();
  service(windows, "SCardSvr").start = 4;
  EXPECT_EQ(predict(windows, "pin-management", BootMode::normal)->cause, "service-disabled");
  std::erase_if(windows.services, [](const auto& s) { return s.name == "SCardSvr"; });
  const auto p = predict(windows, "pin-management", BootMode::normal).value();
  EXPECT_EQ(p.cause, "service-missing");
  EXPECT_THAT(p.why, HasSubstr("error 1060"));
}

TEST(Predict, what_older_versions_do_without_is_not_missed) {
  auto windows = sample_windows();
  std::erase_if(windows.services,
                [](const auto& s) { return s.name == "DeviceInstall" || s.name == "WudfRd"; });
  EXPECT_EQ(predict(windows, "device-management", BootMode::normal)->expected, Outcome::passed);
}

TEST(Predict, policies_count) {
  auto windows = sample_windows();
  windows.propagation = false;
  windows.plug_and_play = false;
  EXPECT_EQ(predict(windows, "certificate-propagation", BootMode::normal)->cause, "turned-off-by-policy");
  EXPECT_EQ(predict(windows, "device-management", BootMode::safe_networking)->expected, Outcome::passed);
}

TEST(Predict, says_nothing_of_a_scenario_that_is_no_row) {
  EXPECT_EQ(predict(sample_windows(), "make-coffee", BootMode::normal), std::nullopt);
  for (const auto& p : predict_all(sample_windows(), BootMode::normal)) EXPECT_NE(p.scenario, "make-coffee");
}

}  // namespace
}  // namespace smx
