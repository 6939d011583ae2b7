#include "harness/compare/inputs.h"

#include <gmock/gmock.h>

#include "harness/compare/summary.h"
#include "tests/unit/compare/results.h"

namespace smx::compare {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::Field;
using testing::Not;

constexpr const char* kInventory = R"({"details":{
  "os":{"build":"19045.3803"},
  "readers":{"USB\\1":{"name":"Gemalto USB","driver_version":"10.0.1","driver_date":"2020-01-01",
             "driver_provider":"Microsoft","inf":"wudfusbcciddriver.inf"}},
  "card_devices":{},
  "files":{"winscard.dll":{"present":true,"version":"10.0.2","sha256":"ab12"},"basecsp.dll":{"present":false}},
  "cards":{"PIV":{"atr":"3b","minidriver":"msclmd.dll"}},
  "policies":{"EnableScPnP":0}}})";

class InputsTest : public testing::Test {
 protected:
  InputsTest() {
    record.plan.matrix.targets = {{"t.1", TargetKind::windows, "img", ""}};
    record.plan.matrix.cards = {{"c", CardApplication::gids, CardSolution::custom_ksp, "rsa2048", ""}};
    record.plan.matrix.readers = {{"r", ReaderKind::usb_passthrough, "c", "076b:3021"}};
    record.plan.groups = {group("t.1/normal/r", BootMode::normal),
                          group("t.1/safe/r", BootMode::safe_networking)};
    record.info.harness_version = "9";
    record.info.environment = {
        {"image.t.1", "x.qcow2 sha256:00"}, {"reader.r", "OMNIKEY, firmware 2.04"}, {"qemu", "7.2"}};
  }
  static BootGroup group(const std::string& id, BootMode mode) {
    BootGroup g;
    g.id = id;
    g.target = "t.1";
    g.mode = mode;
    g.reader = "r";
    return g;
  }
  void boot(const std::string& group, const std::string& inventory) {
    Boot b;
    b.group = group;
    b.evidence = {evidence.add("inventory.json", inventory)};
    record.boots.push_back(b);
  }
  std::vector<Input> inputs() { return inputs_of(record, evidence); }

  RunRecord record;
  Pieces evidence;
};

TEST_F(InputsTest, tells_what_the_matrix_and_the_environment_say) {
  const auto all = inputs();
  EXPECT_THAT(all, Contains(Input{InputKind::image, "target t.1", "disk", "x.qcow2 sha256:00"}));
  EXPECT_THAT(all, Contains(Input{InputKind::reader, "reader r", "device", "OMNIKEY, firmware 2.04"}));
  EXPECT_THAT(all, Contains(Input{InputKind::reader, "reader r", "kind", "usb-passthrough, 076b:3021"}));
  EXPECT_THAT(all, Contains(Input{InputKind::card, "reader r", "kind", "gids, custom-ksp, rsa2048"}));
  EXPECT_THAT(all, Contains(Input{InputKind::host, "", "qemu", "7.2"}));
  EXPECT_THAT(all, Contains(Input{InputKind::harness, "", "version", "9"}));
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
}

TEST_F(InputsTest, reads_drivers_files_and_policies_from_a_boots_inventory) {
  boot("t.1/normal/r", kInventory);
  const auto all = inputs();
  EXPECT_THAT(all, Contains(Input{InputKind::driver, "target t.1", "reader Gemalto USB",
                                  "10.0.1, 2020-01-01, Microsoft, wudfusbcciddriver.inf"}));
  EXPECT_THAT(all, Contains(Input{InputKind::driver, "target t.1", "winscard.dll", "10.0.2, sha256 ab12"}));
  EXPECT_THAT(all, Contains(Input{InputKind::driver, "target t.1", "known card PIV", "msclmd.dll, 3b"}));
  EXPECT_THAT(all, Contains(Input{InputKind::policy, "target t.1", "EnableScPnP", "0"}));
  EXPECT_THAT(all, Contains(Input{InputKind::image, "target t.1", "build", "19045.3803"}));
  EXPECT_THAT(all, Not(Contains(Field(&Input::name, "basecsp.dll"))));
}

TEST_F(InputsTest, boot_modes_that_disagree_each_have_their_own) {
  boot("t.1/normal/r", kInventory);
  boot("t.1/safe/r", R"({"details":{"files":{"winscard.dll":{"version":"10.0.3","sha256":"cd"}}}})");
  const auto all = inputs();
  EXPECT_THAT(all,
              Contains(Input{InputKind::driver, "boot t.1/normal", "winscard.dll", "10.0.2, sha256 ab12"}));
  EXPECT_THAT(all, Contains(Input{InputKind::driver, "boot t.1/safe-networking", "winscard.dll",
                                  "10.0.3, sha256 cd"}));
  EXPECT_THAT(all, Contains(Field(&Input::scope, "target t.1")));  // what only one of them told
}

TEST_F(InputsTest, an_inventory_that_is_none_tells_nothing) {
  const auto without = inputs();
  for (const char* text :
       {"", "[", "[]", "7", R"({"details":[]})", R"({"details":{"files":[1],"readers":"x"}})",
        R"({"details":{"files":{"a":7},"policies":{"p":"text"},"os":null}})"})
    boot("t.1/normal/r", text);
  boot("no such group", kInventory);
  EXPECT_EQ(inputs(), without);
}

TEST_F(InputsTest, guests_text_is_made_safe_and_bounded) {
  std::string many = R"({"details":{"files":{)";
  for (int i = 0; i < 6000; ++i)
    many += (i ? "," : "") + std::string("\"f") + std::to_string(i) + R"(":{"sha256":"x"})";
  boot("t.1/normal/r", many + "}}}");
  boot("t.1/safe/r", R"({"details":{"files":{"a\u001b[31m\nb":{"version":")" + std::string(5000, 'v') +
                         R"(","sha256":"x"}}}})");
  const auto all = inputs();
  EXPECT_LE(all.size(), 4200u);
  for (const auto& input : all) {
    EXPECT_EQ((input.name + input.value).find_first_of("\x1b\n"), std::string::npos);
    EXPECT_LE(input.value.size(), 400u);
  }
}

TEST(InputKinds, have_names_in_the_order_of_suspicion) {
  EXPECT_EQ(name(InputKind::driver), "driver");
  EXPECT_EQ(parse_input_kind("host"), InputKind::host);
  EXPECT_EQ(parse_input_kind("nothing"), std::nullopt);
  EXPECT_LT(InputKind::driver, InputKind::package);
  EXPECT_LT(InputKind::table, InputKind::harness);
}

}  // namespace
}  // namespace smx::compare
