#include "vm/registry/bcd.h"

#include <gmock/gmock.h>

#include "tests/unit/image/error_matcher.h"
#include "tests/unit/registry/hive_maker.h"

namespace smx::vm {
namespace {

using test::binary_value;
using test::boot_store;
using test::dword_value;
using test::error_of;
using test::kLoader;
using test::le;
using test::text_value;
using testing::HasSubstr;

const std::string kElements = std::string("Objects\\") + kLoader + "\\Elements\\";
const std::string kManager = "Objects\\{9dea862c-5cdd-4e70-acc1-f32b344d4795}\\";
constexpr BootMode kModes[] = {BootMode::normal, BootMode::safe_networking, BootMode::safe_minimal,
                               BootMode::safe_command_prompt};

std::string element_of(const Bcd& store, const std::string& element) {
  const Hive hive(store.bytes(), "again");
  const auto key = hive.find(hive.root(), kElements + element);
  if (!key) return "absent";
  return hive.value(*key, "Element")->bytes;
}

TEST(Bcd, reads_a_fresh_store) {
  const auto entry = Bcd(boot_store().bytes(), "BCD").entry();
  EXPECT_EQ(entry.loader, kLoader);
  EXPECT_EQ(entry.path, "\\Windows\\system32\\winload.exe");
  EXPECT_EQ(entry.mode, BootMode::normal);
  EXPECT_FALSE(entry.ignore_all_failures);
  EXPECT_FALSE(entry.recovery_enabled);
}

TEST(Bcd, goes_from_every_mode_to_every_other_and_back) {
  Bcd store(boot_store().bytes(), "BCD");
  for (const auto from : kModes) {
    for (const auto to : kModes) {
      store.set_mode(from);
      EXPECT_EQ(store.set_mode(to), from != to);
      EXPECT_EQ(store.entry().mode, to) << name(from) << " " << name(to);
      EXPECT_EQ(store.entry().mode_words, name(to));
      EXPECT_EQ(check_hive(store.bytes(), "BCD", UnfinishedHive::refuse).bins % 4096, 0u);
    }
  }
  EXPECT_EQ(store.entry().path, "\\Windows\\system32\\winload.exe");
}

TEST(Bcd, writes_the_bytes_that_windows_writes) {
  Bcd store(boot_store().bytes(), "BCD");
  store.set_mode(BootMode::safe_networking);
  EXPECT_EQ(element_of(store, "25000080"), le(1, 8));
  EXPECT_EQ(element_of(store, "26000081"), "absent");
  store.set_mode(BootMode::safe_command_prompt);
  EXPECT_EQ(element_of(store, "25000080"), le(0, 8));
  EXPECT_EQ(element_of(store, "26000081"), "\1");
  store.set_mode(BootMode::normal);
  EXPECT_EQ(element_of(store, "25000080"), "absent");
}

TEST(Bcd, leaves_what_is_so_already_alone) {
  Bcd store(boot_store().bytes(), "BCD");
  for (const auto mode : kModes) {
    store.set_mode(mode);
    const auto before = store.bytes();
    EXPECT_FALSE(store.set_mode(mode));
    EXPECT_EQ(store.bytes(), before);
  }
}

TEST(Bcd, does_not_grow_when_a_value_keeps_its_size) {
  Bcd store(boot_store().bytes(), "BCD");
  store.set_mode(BootMode::safe_minimal);
  const auto size = store.bytes().size();
  for (int i = 0; i < 50; ++i) {
    EXPECT_TRUE(store.set_mode(BootMode::safe_networking));
    EXPECT_TRUE(store.set_mode(BootMode::safe_minimal));
  }
  EXPECT_EQ(store.bytes().size(), size);
  EXPECT_EQ(store.entry().mode, BootMode::safe_minimal);
}

TEST(Bcd, sets_the_policies_of_failures_once) {
  Bcd store(boot_store().bytes(), "BCD");
  EXPECT_TRUE(store.set_ignore_all_failures());
  EXPECT_TRUE(store.set_recovery_enabled(false));
  EXPECT_FALSE(store.set_ignore_all_failures());
  EXPECT_FALSE(store.set_recovery_enabled(false));
  EXPECT_TRUE(store.entry().ignore_all_failures);
  EXPECT_EQ(store.entry().recovery_enabled, false);
  EXPECT_EQ(element_of(store, "250000e0"), le(1, 8));
  EXPECT_EQ(element_of(store, "16000009"), std::string(1, '\0'));
  EXPECT_EQ(store.entry().mode, BootMode::normal);
  EXPECT_TRUE(store.set_recovery_enabled(true));
  EXPECT_EQ(store.entry().recovery_enabled, true);
}

TEST(Bcd, takes_ids_as_16_bytes_and_the_display_order_when_there_is_no_default) {
  const auto raw = std::string("\xe5\x62\x3b\x73\x08\xf6\xeb\x11\x82\x5c\xc1\x12\xf6\x01\x33\xab", 16);
  EXPECT_EQ(guid_text(raw), kLoader);
  auto maker = boot_store();
  maker.set(kManager + "Elements\\23000003", "Element", binary_value(raw));
  EXPECT_EQ(Bcd(maker.bytes(), "BCD").entry().loader, kLoader);
  auto without = boot_store();
  without.set(kManager + "Elements\\23000003", "Element", binary_value(""));
  without.set(kManager + "Elements\\24000001", "Element",
              {RegistryValue::kTexts, text_value(kLoader).bytes + std::string(2, '\0')});
  EXPECT_EQ(Bcd(without.bytes(), "BCD").entry().loader, kLoader);
}

TEST(Bcd, names_modes_that_are_none_of_ours) {
  auto maker = boot_store();
  maker.set(kElements + "25000080", "Element", binary_value(le(2, 8)));
  const auto entry = Bcd(maker.bytes(), "BCD").entry();
  EXPECT_FALSE(entry.mode);
  EXPECT_EQ(entry.mode_words, "directory services repair");
  maker.set(kElements + "25000080", "Element", binary_value(le(1, 8)));
  maker.set(kElements + "26000081", "Element", binary_value("\1"));
  EXPECT_FALSE(Bcd(maker.bytes(), "BCD").entry().mode);
  maker.set(kElements + "25000080", "Element", text_value("1"));
  EXPECT_THAT(Bcd(maker.bytes(), "BCD").entry().mode_words, HasSubstr("unknown safeboot element"));
}

TEST(Bcd, refuses_a_store_without_a_windows_loader) {
  EXPECT_THAT(error_of([] { Bcd(test::HiveMaker().key("Objects").bytes(), "BCD"); }),
              HasSubstr("usage: BCD is not a boot configuration store"));
  auto elsewhere = boot_store();
  elsewhere.set(kManager + "Elements\\23000003", "Element",
                text_value("{00000000-0000-0000-0000-000000000000}"));
  EXPECT_THAT(error_of([&] { Bcd(elsewhere.bytes(), "BCD"); }), HasSubstr("which is not in it"));
  auto path = boot_store();
  path.set(kManager + "Elements\\23000003", "Element",
           text_value("{9dea862c-5cdd-4e70-acc1-f32b344d4795}\\Elements"));
  EXPECT_THAT(error_of([&] { Bcd(path.bytes(), "BCD"); }), HasSubstr("which is not in it"));
  auto other = boot_store();
  other.set(std::string("Objects\\") + kLoader + "\\Description", "Type", dword_value(0x10100001));
  EXPECT_THAT(error_of([&] { Bcd(other.bytes(), "BCD"); }), HasSubstr("not a Windows loader"));
}

TEST(Bcd, refuses_a_store_that_was_not_written_to_its_end) {
  auto bytes = boot_store().bytes();
  test::put(bytes, 4, le(0x1234, 4));
  EXPECT_THAT(error_of([&] { Bcd(test::sealed(bytes), "BCD"); }), HasSubstr("not written to its end"));
}

}  // namespace
}  // namespace smx::vm
