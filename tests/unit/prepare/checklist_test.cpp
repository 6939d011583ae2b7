#include "harness/prepare/checklist.h"

#include <gmock/gmock.h>

#include <functional>

#include "tests/unit/prepare/inspections.h"

namespace smx::prepare {
namespace {

using State = ChecklistItem::State;
using test::prepared;
using test::stock;
using testing::HasSubstr;

State state_of(const std::vector<ChecklistItem>& items, const std::string& id) {
  for (const auto& item : items)
    if (item.id == id) return item.state;
  throw std::logic_error("no item " + id);
}

TEST(Checklist, holds_for_a_prepared_image_but_for_what_only_windows_can_confirm) {
  const auto items = checklist(prepared(), stock());
  EXPECT_EQ(failures(items), "");
  int held = 0, open = 0;
  for (const auto& item : items) {
    (item.state == State::holds ? held : open) += 1;
    EXPECT_EQ(item.detail.empty(), item.state == State::holds) << item.id;
  }
  EXPECT_EQ(held, 8);
  EXPECT_GE(open, 10);
}

TEST(Checklist, fails_by_each_thing_that_is_not_as_it_must_be) {
  const std::pair<const char*, std::function<void(WindowsInspection&)>> faults[] = {
      {"agent-in-safe-mode", [](auto& w) { w.minimal.pop_back(); }},
      {"agent-in-safe-mode", [](auto& w) { w.network.pop_back(); }},
      {"agent-automatic", [](auto& w) { w.services[0].start = 3u; }},
      {"agent-automatic", [](auto& w) { w.services.erase(w.services.begin()); }},
      {"boots-normally", [](auto& w) { w.boot.mode = BootMode::safe_networking; }},
      {"boots-normally", [](auto& w) { w.boot.mode.reset(); }},
      {"no-recovery-menu", [](auto& w) { w.boot.ignore_all_failures = false; }},
      {"no-recovery-menu", [](auto& w) { w.boot.recovery_enabled.reset(); }},
      {"no-fast-startup", [](auto& w) { w.fast_startup = true; }},
      {"no-fast-startup", [](auto& w) { w.hibernated = true; }},
      {"machine-password-stays", [](auto& w) { w.password_changes_off = false; }},
      {"card-service-can-start", [](auto& w) { w.services[1].start = 4u; }},
      {"safeboot-lists-as-shipped",
       [](auto& w) {
         w.network.push_back({"CertPropSvc", "Service"});
       }},
      {"safeboot-lists-as-shipped", [](auto& w) { w.network.erase(w.network.begin()); }}};
  for (const auto& [id, break_it] : faults) {
    auto w = prepared();
    break_it(w);
    const auto items = checklist(w, stock());
    EXPECT_EQ(state_of(items, id), State::fails) << id;
    EXPECT_NE(failures(items), "") << id;
  }
}

TEST(Checklist, names_what_was_added_to_the_lists) {
  auto w = prepared();
  w.network.push_back({"CertPropSvc", "Service"});
  EXPECT_THAT(failures(checklist(w, stock())), HasSubstr("CertPropSvc"));
}

TEST(Checklist, cannot_compare_with_a_source_that_is_not_there) {
  const auto items = checklist(prepared(), std::nullopt);
  EXPECT_EQ(state_of(items, "safeboot-lists-as-shipped"), State::to_be_confirmed);
}

TEST(Checklist, fails_a_stock_image_in_several_ways) {
  EXPECT_EQ(state_of(checklist(stock(), stock()), "agent-in-safe-mode"), State::fails);
  EXPECT_EQ(state_of(checklist(stock(), stock()), "no-fast-startup"), State::fails);
}

}  // namespace
}  // namespace smx::prepare
