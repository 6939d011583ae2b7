#include <gtest/gtest.h>

#include "scenarios/agent/windows/rows/scinfo_output.h"
#include "scenarios/agent/windows/smartcard/calais_match.h"
#include "scenarios/agent/windows/win32/command_line.h"
#include "scenarios/agent/windows/win32/service_errors.h"
#include "scenarios/agent/windows/win32/system_error.h"
#include "scenarios/agent/windows/win32/usb_ids.h"

// The pure parts of the Windows agent.

namespace smx::agent {
namespace {

TEST(ServiceErrors, only_1084_is_the_boot_modes_refusal) {
  const auto refused = service_failure("CertPropSvc", "CertPropSvc", 1084, "no-propagation-service");
  EXPECT_EQ(refused.cause, "not-in-safeboot");
  EXPECT_EQ(refused.outcome, CheckOutcome::failed);
  EXPECT_TRUE(refused.every_check);
  EXPECT_NE(refused.message.find("1084 (ERROR_NOT_SAFEBOOT_SERVICE)"), std::string::npos);
  for (const std::uint32_t error : {2u, 5u, 1053u, 1060u, 1067u, 1068u, 1075u}) {
    const auto other = service_failure("CertPropSvc", "CertPropSvc", error, "no-propagation-service");
    EXPECT_EQ(other.cause, "no-propagation-service") << error;
    EXPECT_FALSE(other.every_check) << error;
  }
}

TEST(ServiceErrors, a_disabled_service_has_its_own_word) {
  EXPECT_EQ(service_failure("SCardSvr", "SCardSvr", 1058, "no-smart-card-service").cause, "service-disabled");
}

TEST(ServiceErrors, name_the_dependency_that_was_refused) {
  const auto failure = service_failure("TermService", "RpcThing", 1084, "no-remote-desktop");
  EXPECT_EQ(failure.cause, "not-in-safeboot");
  EXPECT_NE(failure.message.find("RpcThing, on which TermService depends"), std::string::npos);
}

TEST(ServiceErrors, a_service_runs_when_it_started_or_ran_already) {
  EXPECT_TRUE(service_runs(0));
  EXPECT_TRUE(service_runs(1056));
  EXPECT_FALSE(service_runs(1084));
  EXPECT_FALSE(service_runs(1058));
}

TEST(ServiceErrors, states_have_words) {
  EXPECT_EQ(service_state(4, 3), "running");
  EXPECT_EQ(service_state(1, 3), "stopped");
  EXPECT_EQ(service_state(1, 4), "disabled");
  EXPECT_EQ(service_state(4, 4), "running");
  EXPECT_EQ(service_state(2, 3), "starting");
  EXPECT_EQ(service_state(99, 3), "state 99");
}

TEST(SystemError, gives_the_number_and_the_name) {
  EXPECT_EQ(error_text(1084), "error 1084 (ERROR_NOT_SAFEBOOT_SERVICE)");
  EXPECT_EQ(error_text(0xc0000380), "status c0000380 (STATUS_SMARTCARD_WRONG_PIN)");
  EXPECT_EQ(error_text(0x80090022), "error 80090022 (NTE_SILENT_CONTEXT)");
  EXPECT_EQ(error_text(4711), "error 4711");
}

TEST(UsbIds, come_out_of_hardware_ids) {
  EXPECT_EQ(usb_id_of_hardware_id("USB\\VID_08E6&PID_4433&REV_0100"), "08e6:4433");
  EXPECT_EQ(usb_id_of_hardware_id("USB\\VID_08E6&PID_4433&REV_0100&MI_00"), "");
  EXPECT_EQ(usb_id_of_hardware_id("USB\\ROOT_HUB30"), "");
  EXPECT_EQ(usb_id_of_hardware_id("PCI\\VID_08E6&PID_4433"), "");
  EXPECT_EQ(usb_id_of_hardware_id("USB\\VID_08E6&PID_44"), "");
  EXPECT_EQ(usb_id_of_hardware_id("USB\\VID_08G6&PID_4433"), "");
  EXPECT_EQ(usb_id_of_hardware_id(""), "");
}

// Each form as the C library takes it apart again.
TEST(CommandLine, quotes_what_needs_it) {
  EXPECT_EQ(command_line({"C:\\agent.exe", "in-session", "facts"}), "C:\\agent.exe in-session facts");
  EXPECT_EQ(command_line({"C:\\Program Files\\a.exe"}), "\"C:\\Program Files\\a.exe\"");
  EXPECT_EQ(command_line({"a", ""}), "a \"\"");
  EXPECT_EQ(command_line({"say \"x\""}), "\"say \\\"x\\\"\"");
  EXPECT_EQ(command_line({"ends with \\"}), "\"ends with \\\\\"");
  EXPECT_EQ(command_line({"a\\\\\"b c"}), "\"a\\\\\\\\\\\"b c\"");
}

// A German Windows 10; the words between are anything.
constexpr const char* kOutput =
    "Der Microsoft-Smartcard-Ressourcen-Manager wird ausgef\xfchrt.\r\n"
    "Aktueller Leser-/Kartenstatus:\r\nLeser: 1\r\n  0: Gemplus USB Smart Card Reader 0\r\n"
    "Zertifikathash(sha1): 0123ABcd\r\n  89 ab cd ef\r\n";

TEST(ScinfoOutput, is_searched_for_names_and_numbers_only) {
  EXPECT_TRUE(names_text(kOutput, "Gemplus USB Smart Card Reader 0"));
  EXPECT_FALSE(names_text(kOutput, "Gemplus USB Smart Card Reader 1"));
  EXPECT_FALSE(names_text(kOutput, ""));
  EXPECT_TRUE(names_bytes(kOutput, {0x01, 0x23, 0xab, 0xcd}));
  EXPECT_TRUE(names_bytes(kOutput, {0xab, 0xcd, 0x89, 0xab}));
  EXPECT_FALSE(names_bytes(kOutput, {0x01, 0x24}));
  EXPECT_FALSE(names_bytes(kOutput, {}));
}

TEST(ScinfoOutput, may_be_utf16) {
  std::string wide;
  for (const char c : std::string("Reader 0")) {
    wide.push_back(c);
    wide.push_back('\0');
  }
  EXPECT_TRUE(names_text(wide, "Reader 0"));
}

TEST(Calais, compares_what_the_mask_sets) {
  const Bytes atr{0x3b, 0x68, 0x01}, entry{0x3b, 0x68, 0x00};
  EXPECT_FALSE(matches_atr(atr, entry, {}));
  EXPECT_FALSE(matches_atr(atr, entry, {0xff, 0xff, 0xff}));
  EXPECT_TRUE(matches_atr(atr, entry, {0xff, 0xff, 0x00}));
  EXPECT_TRUE(matches_atr(entry, entry, {}));
}

TEST(Calais, an_entry_of_another_length_is_no_match) {
  const Bytes atr{0x3b, 0x68};
  EXPECT_FALSE(matches_atr(atr, {}, {}));
  EXPECT_FALSE(matches_atr(atr, {0x3b}, {}));
  EXPECT_FALSE(matches_atr(atr, {0x3b, 0x68}, {0xff}));
}

}  // namespace
}  // namespace smx::agent
