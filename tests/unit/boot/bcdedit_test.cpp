#include "vm/boot/bcdedit.h"

#include <gmock/gmock.h>

#include "harness/core/error.h"
#include "tests/unit/boot/fake_windows.h"

namespace smx::vm {
namespace {

using testing::HasSubstr;

class BcdEditTest : public testing::Test {
 protected:
  std::string trouble() {
    try {
      choose_safe_mode_once(guest, BootMode::safe_networking);
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::guest);
      return e.what();
    }
    return "";
  }

  CancelToken cancel;
  fake::Windows windows;
  FakeScript script = windows.script();
  FakeGuest guest{script.handlers, cancel};
};

TEST_F(BcdEditTest, chooses_a_copy_of_the_running_entry_for_the_next_start_only) {
  choose_safe_mode_once(guest, BootMode::safe_networking);
  EXPECT_EQ(windows.once, fake::Windows::kCopy);
  EXPECT_EQ(windows.entries.at(fake::Windows::kCurrent), fake::Windows::Entry{})
      << "the default entry stays as it was";
  windows.restart();
  EXPECT_EQ(windows.mode(), BootMode::safe_networking);
  EXPECT_EQ(windows.entries.at(windows.running).options.at("bootlog"), "yes");
  windows.restart();
  EXPECT_EQ(windows.mode(), BootMode::normal) << "a crash comes back in normal mode";
}

TEST_F(BcdEditTest, knows_minimal_and_the_command_prompt) {
  choose_safe_mode_once(guest, BootMode::safe_minimal);
  windows.restart();
  EXPECT_EQ(windows.mode(), BootMode::safe_minimal);
  windows.restart();
  choose_safe_mode_once(guest, BootMode::safe_command_prompt);
  windows.restart();
  EXPECT_EQ(windows.mode(), BootMode::safe_command_prompt);
}

TEST_F(BcdEditTest, removes_a_copy_that_could_not_be_completed) {
  for (const char* step : {"/set", "/bootsequence"}) {
    windows.refuse = step;
    EXPECT_THAT(trouble(), HasSubstr("Zugriff verweigert")) << step;
    EXPECT_EQ(windows.entries.size(), 1u) << step;
    EXPECT_EQ(windows.once, "");
  }
}

TEST_F(BcdEditTest, leaves_everything_alone_when_the_entry_cannot_be_copied) {
  windows.refuse = "/copy";
  EXPECT_THAT(trouble(),
              HasSubstr("`bcdedit.exe /copy {current} /d safemode-matrix` in the guest ends with 1"));
  EXPECT_EQ(windows.once, "");
}

TEST_F(BcdEditTest, refuses_an_answer_without_one_identifier) {
  for (const char* answer :
       {"", "OK", "{current}", "{8a4c2f10-0000-11f0-9aaa-52540012345}",
        "{8a4c2f10-0000-11f0-9aaa-525400123456} {8a4c2f10-0000-11f0-9aaa-525400123457}"}) {
    windows.copy_answer = answer;
    EXPECT_THAT(trouble(), HasSubstr("did not name the copy")) << answer;
    EXPECT_EQ(windows.once, "");
  }
}

TEST_F(BcdEditTest, says_that_a_program_does_not_end) {
  FakeGuest stuck({{"*", fake::times_out()}}, cancel);
  EXPECT_THROW(choose_safe_mode_once(stuck, BootMode::safe_networking), Error);
}

TEST(BcdEdit, has_no_safe_mode_called_normal) {
  CancelToken cancel;
  FakeGuest guest({}, cancel);
  EXPECT_THROW(choose_safe_mode_once(guest, BootMode::normal), Error);
  EXPECT_TRUE(guest.asked().empty());
}

TEST(RestartWindows, bears_an_agent_that_is_gone_before_it_has_answered) {
  CancelToken cancel;
  FakeGuest guest({{"*", fake::dies()}}, cancel);
  EXPECT_NO_THROW(restart_windows(guest));
}

TEST(RestartWindows, says_that_shutdown_refuses) {
  CancelToken cancel;
  FakeGuest guest({{"*", fake::prints("", 5, "Zugriff verweigert")}}, cancel);
  EXPECT_THROW(restart_windows(guest), Error);
}

}  // namespace
}  // namespace smx::vm
