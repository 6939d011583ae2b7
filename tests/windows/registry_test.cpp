#include "scenarios/agent/windows/win32/registry.h"

#include <gtest/gtest.h>

#include "scenarios/agent/windows/platform/windows_platform.h"

namespace smx::agent {
namespace {

constexpr const wchar_t* kPath = L"Software\\smx-test";

class Registry : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(
        RegCreateKeyExW(HKEY_CURRENT_USER, kPath, 0, nullptr, 0, KEY_ALL_ACCESS, nullptr, &key_, nullptr), 0);
  }
  void TearDown() override {
    RegCloseKey(key_);
    RegDeleteKeyW(HKEY_CURRENT_USER, L"Software\\smx-test\\child");
    RegDeleteKeyW(HKEY_CURRENT_USER, kPath);
  }
  void set(const wchar_t* name, DWORD type, const void* data, std::size_t size) {
    ASSERT_EQ(RegSetValueExW(key_, name, 0, type, static_cast<const BYTE*>(data), static_cast<DWORD>(size)),
              0);
  }
  HKEY key_ = nullptr;
};

TEST_F(Registry, values_are_read_by_their_type) {
  const DWORD number = 0x01020304;
  set(L"number", REG_DWORD, &number, sizeof number);
  set(L"text", REG_SZ, L"h\u00e4llo", 12);
  const RegistryKey key(HKEY_CURRENT_USER, "Software\\smx-test");
  EXPECT_EQ(key.number("number"), 0x01020304u);
  EXPECT_EQ(key.text("text"), "h\xc3\xa4llo");
  EXPECT_EQ(key.bytes("number"), (Bytes{4, 3, 2, 1}));
  EXPECT_FALSE(key.text("number"));
  EXPECT_FALSE(key.number("text"));
  EXPECT_FALSE(key.number("absent"));
}

TEST_F(Registry, a_text_without_an_end_ends_with_its_bytes) {
  set(L"bare", REG_SZ, L"ab", 4);
  set(L"odd", REG_SZ, "abc", 3);
  const RegistryKey key(HKEY_CURRENT_USER, "Software\\smx-test");
  EXPECT_EQ(key.text("bare"), "ab");
  EXPECT_TRUE(key.text("odd"));
}

TEST_F(Registry, a_value_that_is_too_long_is_absent) {
  const std::vector<char> much(100000);
  set(L"much", REG_BINARY, much.data(), much.size());
  EXPECT_FALSE(RegistryKey(HKEY_CURRENT_USER, "Software\\smx-test").bytes("much"));
}

TEST_F(Registry, children_are_listed) {
  HKEY child = nullptr;
  RegCreateKeyExW(key_, L"child", 0, nullptr, 0, KEY_ALL_ACCESS, nullptr, &child, nullptr);
  RegCloseKey(child);
  EXPECT_EQ(RegistryKey(HKEY_CURRENT_USER, "Software\\smx-test").children(),
            std::vector<std::string>{"child"});
}

TEST_F(Registry, a_key_that_is_not_there_holds_nothing) {
  const RegistryKey key(HKEY_CURRENT_USER, "Software\\smx-no-such-key");
  EXPECT_FALSE(key.is_there());
  EXPECT_FALSE(key.text("x"));
  EXPECT_TRUE(key.children().empty());
}

TEST(WindowsPlatform, keeps_a_text_from_phase_to_phase_and_leaves_nothing) {
  WindowsPlatform platform;
  platform.keep("one", "1 Reader \xc3\xa4");
  platform.keep("two", "2");
  EXPECT_EQ(platform.take("one"), "1 Reader \xc3\xa4");
  EXPECT_EQ(platform.take("one"), "");
  EXPECT_EQ(platform.take("two"), "2");
  EXPECT_FALSE(RegistryKey(HKEY_LOCAL_MACHINE, "SOFTWARE\\safemode-matrix").is_there());
}

}  // namespace
}  // namespace smx::agent
