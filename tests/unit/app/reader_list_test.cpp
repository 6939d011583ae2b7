#include "harness/app/reader_list.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/unit/reader/usb_tree.h"

namespace smx::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(ReaderList, of_an_empty_host_says_what_to_do) {
  const ReaderList list{"pcscd does not run; start it", {}, {}, {}};
  EXPECT_THAT(reader_table(list), AllOf(HasSubstr("pcscd does not run"), HasSubstr("plug a reader in"),
                                        Not(HasSubstr("held by runs"))));
  const auto json = to_json(list);
  EXPECT_EQ(json["pcsc"]["trouble"], "pcscd does not run; start it");
  EXPECT_TRUE(json["usb"].empty());
}

TEST(ReaderList, tells_names_cards_holders_and_leases) {
  const vm::UsbTree tree;
  const vm::UsbTree::Device held{.port = "1-3", .vendor = "076b", .device = "5", .serial = "X9"};
  tree.add({});
  tree.add(held);
  tree.hold(held, 812, "pcscd");
  const ReaderList list{
      "",
      {{"Gemalto 00 00", true, true, false, {0x3b, 0x68}}, {"Empty 01 00", false, false, false, {}}},
      vm::find_usb_readers(tree.places()),
      {{"usb 08e6:3437 port 1-2", "run-1", 42}}};
  EXPECT_THAT(reader_table(list),
              AllOf(HasSubstr("\"Gemalto 00 00\"\n      card with ATR 3b68, in use"), HasSubstr("no card"),
                    HasSubstr("\"08e6:3437\""), HasSubstr("this user may use it"), HasSubstr("serial X9"),
                    HasSubstr("held by pcscd (process 812)"), HasSubstr("run run-1 (process 42)")));
  const auto json = to_json(list);
  EXPECT_EQ(json["pcsc"]["readers"][0]["atr"], "3b68");
  EXPECT_EQ(json["usb"][0]["trouble"], "");
  EXPECT_EQ(json["usb"][1]["device"], "076b:3437");
  EXPECT_EQ(json["usb"][1]["holders"][0]["pid"], 812);
  EXPECT_THAT(json["usb"][1]["trouble"].get<std::string>(), HasSubstr("pcsc-relay"));
  EXPECT_EQ(json["leases"][0]["run"], "run-1");
}

}  // namespace
}  // namespace smx::app
