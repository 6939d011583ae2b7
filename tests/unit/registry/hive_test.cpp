#include <gmock/gmock.h>

#include "tests/unit/image/error_matcher.h"
#include "tests/unit/registry/hive_maker.h"

namespace smx::vm {
namespace {

using test::binary_value;
using test::dword_value;
using test::error_of;
using test::HiveMaker;
using test::le;
using test::put;
using test::sealed;
using test::smallest_hive;
using test::text_value;
using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Hive, reads_what_was_written) {
  const auto bytes =
      HiveMaker().set("A\\Bä", "Name", text_value("wört")).set("A\\Bä", "n", dword_value(7)).bytes();
  const Hive hive(bytes, "test");
  const auto key = hive.find(hive.root(), "a\\Bä");
  ASSERT_TRUE(key);
  EXPECT_EQ(hive.name_of(*key), "Bä");
  EXPECT_EQ(hive.value(*key, "NAME")->text(), "wört");
  EXPECT_EQ(hive.value(*key, "n")->dword(), 7u);
  EXPECT_FALSE(hive.value(*key, "other"));
  EXPECT_FALSE(hive.find(hive.root(), "A\\C"));
}

TEST(Hive, values_of_another_type_are_not_mistaken) {
  const RegistryValue short_number{RegistryValue::kDword, "\1"}, text = text_value("1");
  EXPECT_FALSE(short_number.dword());
  EXPECT_FALSE(text.dword());
  EXPECT_EQ(dword_value(0x410041).text(), "");
  EXPECT_THAT(text.texts(), ElementsAre());
}

TEST(Hive, texts_end_where_windows_ends_them) {
  RegistryValue texts{RegistryValue::kTexts, {}};
  for (const char c : std::string("a\0bc\0\0x", 7)) texts.bytes += {c, '\0'};
  EXPECT_THAT(texts.texts(), ElementsAre("a", "bc"));
  EXPECT_EQ((RegistryValue{RegistryValue::kText, std::string("a\0b", 3)}.text()), "a");
}

TEST(Hive, refuses_values_that_are_too_large) {
  auto bytes = HiveMaker().set("A", "v", binary_value("12345678")).bytes();
  // A value's record: "vk", 2 bytes of its name's length, 4 of its data's.
  put(bytes, bytes.find("vk") + 4, le(Hive::kLargestValue + 1, 4));
  const Hive hive(bytes, "test");
  EXPECT_THAT(error_of([&] { hive.value(*hive.find(hive.root(), "A"), "v"); }),
              HasSubstr("at most 1048576 are read"));
}

TEST(Hive, refuses_to_write_a_large_one) {
  EXPECT_THAT(
      error_of([] { Hive(std::string(Hive::kLargestWritten + 1, 'x'), "test", Hive::Access::write); }),
      HasSubstr("usage: test is too large"));
}

TEST(Hive, bears_a_huge_count_of_keys_and_of_values) {
  for (const std::size_t at : {0x14u, 0x24u}) {
    auto bytes = smallest_hive();
    put(bytes, 0x1024 + at, le(0x7fffffff, 4));
    EXPECT_THAT(error_of([&] {
                  const Hive hive(bytes, "test");
                  hive.children(hive.root());
                  hive.value(hive.root(), "x");
                }),
                AnyOf(HasSubstr("is damaged"), HasSubstr("at most 20000 are read")));
  }
}

TEST(Hive, bears_a_key_that_is_its_own_child) {
  auto bytes = smallest_hive();
  // An index with one entry, the root key, in the free cell.
  constexpr std::size_t kList = 0x1000 + 0x20 + 0x58 + 0x30;
  put(bytes, kList, le(0x100000000 - 0x10, 4) + "lf" + le(1, 2) + le(0x20, 4) + "ROOT");
  put(bytes, kList + 0x10, le(0x2000 - kList - 0x10, 4));
  put(bytes, 0x1024 + 0x14, le(1, 4));
  put(bytes, 0x1024 + 0x1c, le(kList - 0x1000, 4));
  const auto found = error_of([&] {
    const Hive hive(bytes, "test");
    std::string path = "ROOT";
    for (std::size_t i = 1; i < Hive::kDeepest; ++i) path += "\\ROOT";
    EXPECT_TRUE(hive.find(hive.root(), path));
    hive.find(hive.root(), path + "\\ROOT");
  });
  EXPECT_EQ(found, "internal: a registry path with too many parts");
}

TEST(Hive, bears_being_cut_off_anywhere) {
  const auto bytes = test::boot_store().bytes();
  for (std::size_t size = 0; size < bytes.size(); size += 512) {
    EXPECT_THAT(error_of([&] { Hive(bytes.substr(0, size), "test"); }), HasSubstr("usage: test")) << size;
  }
}

TEST(Hive, says_where_a_value_is) {
  const auto bytes =
      HiveMaker().set("A", "long", binary_value("12345678")).set("A", "short", dword_value(1)).bytes();
  const Hive hive(bytes, "test");
  const auto key = *hive.find(hive.root(), "A");
  const auto place = hive.place_of(key, "long");
  ASSERT_TRUE(place);
  EXPECT_EQ(bytes.substr(*place, 8), "12345678");
  EXPECT_FALSE(hive.place_of(key, "short"));
  EXPECT_FALSE(hive.place_of(key, "none"));
}

}  // namespace
}  // namespace smx::vm
