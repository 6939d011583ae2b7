#include "scenarios/agent/windows/smartcard/minidriver.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "scenarios/agent/core/pcsc.h"
#include "scenarios/agent/core/reporter.h"
#include "scenarios/agent/windows/win32/files.h"
#include "scenarios/agent/windows/win32/text.h"

// The minidriver interface, with fake_minidriver.dll in the table of cards. The connection is to the card
// that is in the reader, whatever it is: without one these tests are skipped.

namespace smx::agent {
namespace {

constexpr const wchar_t* kEntry = L"SOFTWARE\\Microsoft\\Cryptography\\Calais\\SmartCards\\smx-test-card";
constexpr DWORD kWrongPin = 0x8010006b, kBlocked = 0x8010006c;
const Pin kPin("24681357"), kOther("11112222");

class MinidriverInterface : public testing::Test {
 protected:
  void SetUp() override {
    std::wstring path(4096, L'\0');
    path.resize(GetModuleFileNameW(nullptr, path.data(), 4096));
    library_ = path.substr(0, path.rfind(L'\\')) + L"\\fake-minidriver.dll";
    if (!size_of_file(narrow(library_))) GTEST_SKIP() << "fake-minidriver.dll is not beside this program";
    const auto cards = Pcsc::open();
    if (!cards || cards->readers().empty()) GTEST_SKIP() << "no reader";
    reader_ = cards->readers().front();
    atr_ = cards->status(reader_).atr;
    if (atr_.empty()) GTEST_SKIP() << "no card";
    held_ = LoadLibraryW(library_.c_str());
    enter();
  }
  void TearDown() override {
    _putenv("SMX_FAKE_VERSION=");
    _putenv("SMX_FAKE_READ_ONLY=");
    RegDeleteKeyW(HKEY_LOCAL_MACHINE, kEntry);
    if (held_ != nullptr) FreeLibrary(held_);
  }
  void enter() {
    HKEY key = nullptr;
    ASSERT_EQ(
        RegCreateKeyExW(HKEY_LOCAL_MACHINE, kEntry, 0, nullptr, 0, KEY_ALL_ACCESS, nullptr, &key, nullptr),
        0);
    RegSetValueExW(key, L"ATR", 0, REG_BINARY, atr_.data(), static_cast<DWORD>(atr_.size()));
    RegSetValueExW(key, L"80000001", 0, REG_SZ, reinterpret_cast<const BYTE*>(library_.c_str()),
                   static_cast<DWORD>((library_.size() + 1) * sizeof(wchar_t)));
    RegCloseKey(key);
  }
  /// By copy elision: it can be neither copied nor moved.
  Minidriver driver() { return Minidriver(reader_, atr_); }

  std::wstring library_;
  std::string reader_;
  Bytes atr_;
  HMODULE held_ = nullptr;
};

TEST_F(MinidriverInterface, finds_the_cards_own_dll) {
  EXPECT_TRUE(Minidriver::is_there_for(atr_));
  EXPECT_EQ(driver().library(), narrow(library_));
}

TEST_F(MinidriverInterface, tells_a_wrong_pin_and_how_many_tries_are_left) {
  const auto wrong = driver().authenticate(kOther);
  EXPECT_EQ(wrong.error, kWrongPin);
  EXPECT_EQ(wrong.tries_left, 2);
  EXPECT_EQ(driver().authenticate(kPin).error, 0u);
}

TEST_F(MinidriverInterface, changes_the_pin) {
  EXPECT_EQ(driver().change(kOther, kPin).error, kWrongPin);
  EXPECT_EQ(driver().change(kPin, kOther).error, 0u);
  EXPECT_EQ(driver().authenticate(kPin).error, kWrongPin);
  EXPECT_EQ(driver().authenticate(kOther).error, 0u);
}

TEST_F(MinidriverInterface, unblocks_by_challenge_and_response) {
  for (int i = 0; i < 3; ++i) driver().authenticate(kOther);
  EXPECT_EQ(driver().authenticate(kPin).error, kBlocked);
  const auto wrong = driver().unblock_by_response(kPin, [](const Bytes& challenge) { return challenge; });
  EXPECT_EQ(wrong.error, kWrongPin);
  const auto right = driver().unblock_by_response(
      kPin, [](const Bytes& challenge) { return Bytes(challenge.rbegin(), challenge.rend()); });
  EXPECT_EQ(right.error, 0u);
  EXPECT_EQ(driver().authenticate(kPin).error, 0u);
}

TEST_F(MinidriverInterface, unblocks_by_puk) {
  for (int i = 0; i < 3; ++i) driver().authenticate(kOther);
  EXPECT_EQ(driver().unblock_by_puk(Pin("00000000"), kPin).error, kWrongPin);
  EXPECT_EQ(driver().unblock_by_puk(Pin("86427531"), kPin).error, 0u);
}

TEST_F(MinidriverInterface, makes_a_session_pin_that_another_connection_uses) {
  Bytes session_pin;
  auto first = driver();
  EXPECT_EQ(first.pin_strength() & minidriver::kStrengthSessionPin, minidriver::kStrengthSessionPin);
  EXPECT_EQ(first.make_session_pin(kPin, session_pin).error, 0u);
  EXPECT_FALSE(session_pin.empty());
  EXPECT_EQ(first.authenticate_by_session_pin(session_pin).error, 0u);
  EXPECT_EQ(first.authenticate_by_session_pin(to_bytes("other")).error, kWrongPin);
  EXPECT_EQ(first.deauthenticate().error, 0u);
}

TEST_F(MinidriverInterface, is_read_only_where_the_driver_says_so) {
  EXPECT_FALSE(driver().is_read_only());
  _putenv("SMX_FAKE_READ_ONLY=1");
  EXPECT_TRUE(driver().is_read_only());
}

TEST_F(MinidriverInterface, takes_the_drivers_own_version) {
  _putenv("SMX_FAKE_VERSION=6");
  EXPECT_EQ(driver().authenticate(kPin).error, 0u);
}

TEST_F(MinidriverInterface, does_not_go_below_version_4) {
  _putenv("SMX_FAKE_VERSION=3");
  try {
    driver();
    FAIL();
  } catch (const StepFailure& failure) {
    EXPECT_EQ(failure.cause, "driver-refused");
  }
}

TEST_F(MinidriverInterface, says_that_a_dll_is_no_minidriver) {
  library_ = L"kernel32.dll";
  enter();
  try {
    driver();
    FAIL();
  } catch (const StepFailure& failure) {
    EXPECT_EQ(failure.cause, "no-card-driver");
  }
}

}  // namespace
}  // namespace smx::agent
