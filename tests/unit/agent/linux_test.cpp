#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "harness/core/files.h"
#include "scenarios/agent/core/reporter.h"
#include "scenarios/agent/linux/certutil_scinfo.h"
#include "scenarios/agent/linux/child.h"
#include "scenarios/agent/linux/facts.h"
#include "scenarios/agent/linux/opensc.h"
#include "scenarios/agent/linux/ssl_client_authentication.h"

namespace smx::agent {
namespace {

namespace fs = std::filesystem;

ChildEnd shell(const std::string& script, const std::string& input = "", int limit_ms = 20000) {
  return run_child({{"/bin/sh", "-c", script}, {}, input, std::chrono::milliseconds(limit_ms)});
}

TEST(Child, gives_output_talk_and_exit_code) {
  const auto end = shell("cat; echo talk >&2; exit 7", "input");
  EXPECT_EQ(end.out, "input");
  EXPECT_EQ(end.err, "talk\n");
  EXPECT_EQ(end.exit_code, 7);
  EXPECT_FALSE(end.timed_out);
}

TEST(Child, says_which_signal_ended_it) {
  EXPECT_EQ(shell("kill -9 $$").exit_code, 137);
}

TEST(Child, bears_a_program_that_reads_nothing_of_much_input) {
  EXPECT_TRUE(shell("exit 0", std::string(1 << 20, 'x')).ok());
}

TEST(Child, keeps_no_more_output_than_its_limit_but_reads_it_all) {
  const auto end = run_child(
      {{"/bin/sh", "-c", "head -c 1000000 /dev/zero; echo end >&2"}, {}, "", std::chrono::seconds(20), 1000});
  EXPECT_EQ(end.out.size(), 1000u);
  EXPECT_EQ(end.err, "end\n");
}

TEST(Child, kills_the_whole_group_at_the_limit) {
  const auto end = shell("echo $$; sleep 1000 & sleep 1000", "", 100);
  EXPECT_TRUE(end.timed_out);
  EXPECT_FALSE(end.ok());
  const auto group = std::stoi(end.out);
  EXPECT_NE(::kill(group, 0), 0) << "the shell is still there";
}

TEST(Child, leaves_what_a_program_started_in_the_background_alone) {
  const auto end = shell("sleep 1000 >/dev/null 2>&1 & echo $!");
  const auto service = std::stoi(end.out);
  EXPECT_EQ(::kill(service, 0), 0);
  ::kill(service, SIGKILL);
}

TEST(Child, gets_only_the_environment_it_is_given) {
  ::setenv("SMX_LEAK", "1", 1);
  const auto end = run_child({{"/usr/bin/env"}, {{"SMX_PIN", "x"}}, "", std::chrono::seconds(20)});
  EXPECT_EQ(end.out.find("SMX_LEAK"), std::string::npos);
  EXPECT_NE(end.out.find("SMX_PIN=x"), std::string::npos);
}

TEST(Child, names_a_program_that_is_not_there) {
  try {
    run_child({{"/no/such/program"}, {}, ""});
    FAIL();
  } catch (const StepFailure& failure) {
    EXPECT_EQ(failure.cause, "tool-missing");
    EXPECT_NE(failure.message.find("/no/such/program"), std::string::npos);
  }
}

TEST(MemoryFile, can_be_read_by_a_child_under_its_path) {
  const MemoryFile file("secret");
  EXPECT_EQ(shell("cat " + file.path() + "; cat " + file.path()).out, "secretsecret");
}

TEST(MemoryFile, is_gone_with_its_object) {
  std::string path;
  { path = MemoryFile("secret").path(); }
  EXPECT_NE(shell("cat " + path).out, "secret");
}

// ---- the platform ------------------------------------------------------------------------------

class Guest : public testing::Test {
 protected:
  Guest() : folder_(fs::temp_directory_path(), "agent-test-") {
    for (const auto* part : {"proc", "sys", "run/services", "services.d"}) fs::create_directories(at(part));
    paths_.proc = at("proc");
    paths_.sys = at("sys");
    paths_.run = at("run");
    paths_.services = at("services.d");
    paths_.svc = at("svc");
    svc("exit 84");
  }
  std::string at(const std::string& part) const { return (folder_.path() / part).string(); }
  void write(const std::string& part, const std::string& text) {
    fs::create_directories(fs::path(at(part)).parent_path());
    std::ofstream(at(part)) << text;
  }
  void svc(const std::string& script) {
    write("svc", "#!/bin/sh\n" + script + "\n");
    ::chmod(at("svc").c_str(), 0755);
  }
  StepFailure refusal(SystemService service) {
    try {
      LinuxPlatform(paths_).require(service, Deadline(std::chrono::seconds(10)));
    } catch (const StepFailure& failure) {
      return failure;
    }
    return {CheckOutcome::passed, "", ""};
  }
  TempDir folder_;
  LinuxPaths paths_;
};

TEST(OpenSc, tells_pss_from_pkcs1_by_the_list_of_mechanisms) {
  EXPECT_TRUE(lists_rsa_pss("  RSA-PKCS-PSS, keySize={1024,3072}, hw, sign, verify\n"));
  EXPECT_TRUE(lists_rsa_pss("  RSA-X-509, keySize={1024,3072}, hw, decrypt, sign, verify\n"));
  EXPECT_FALSE(lists_rsa_pss("  RSA-PKCS, keySize={1024,4096}, hw, sign\n  SHA256-RSA-PKCS, sign\n"));
  EXPECT_FALSE(lists_rsa_pss(""));
}

TEST(OpenSc, is_asked_for_the_key_by_the_cards_application) {
  EXPECT_EQ(opensc_environment(CardApplication::piv).at("OPENSC_DRIVERS"), "PIV-II");
  EXPECT_EQ(opensc_environment(CardApplication::gids).at("OPENSC_DRIVERS"), "gids");
  EXPECT_EQ(pkcs11_tool(CardApplication::piv, {"--sign"}),
            (std::vector<std::string>{kPkcs11Tool, "--module", kPkcs11Module, "--id", "01", "--sign"}));
  EXPECT_EQ(pkcs11_tool(CardApplication::gids, {}).back(), "00");
}

TEST_F(Guest, facts_are_what_the_system_says) {
  write("proc/cmdline", "quiet safeboot=network\n");
  write("proc/1/comm", "init\n");
  write("proc/1/cmdline", "init");
  write("proc/2/comm", "kthreadd\n");
  write("proc/2/cmdline", "");
  write("proc/self/comm", "agent\n");
  write("run/boot-mode", "safe-networking\n");
  write("services.d/pcscd", "");
  write("services.d/network", "");
  write("services.d/order", "");
  write("run/services/pcscd", "running\n");
  write("sys/class/net/lo/x", "");
  write("sys/bus/usb/devices/1-1/idVendor", "08e6\n");
  write("sys/bus/usb/devices/1-1/idProduct", "4433\n");
  write("sys/bus/usb/devices/1-1:1.0/x", "");
  Details details;
  collect_facts(paths_, Deadline(std::chrono::seconds(10)), details);
  const auto& values = details.values();
  EXPECT_EQ(std::get<std::string>(values.at("kernel_command_line")), "quiet safeboot=network");
  EXPECT_EQ(std::get<std::string>(values.at("boot_mode_file")), "safe-networking");
  EXPECT_EQ(std::get<std::vector<std::string>>(values.at("processes")), (std::vector<std::string>{"init"}));
  EXPECT_EQ(std::get<std::vector<std::string>>(values.at("usb_devices")),
            (std::vector<std::string>{"08e6:4433"}));
  EXPECT_EQ(std::get<std::vector<std::string>>(values.at("network_interfaces")),
            (std::vector<std::string>{"lo"}));
  const auto& probe = std::get<Details>(values.at("probe")).values();
  EXPECT_EQ(std::get<std::int64_t>(probe.at("exit_code")), 84);
  const auto& services = std::get<Details>(values.at("services")).values();
  EXPECT_EQ(services.size(), 2u);
  EXPECT_EQ(std::get<std::string>(services.at("pcscd")), "running");
  EXPECT_EQ(std::get<std::string>(services.at("network")), "");
}

TEST_F(Guest, a_service_that_starts_is_no_trouble) {
  svc("[ \"$1 $2\" = 'start network' ]");
  EXPECT_EQ(refusal(SystemService::network).outcome, CheckOutcome::passed);
}

TEST_F(Guest, exit_code_84_is_the_boot_modes_refusal) {
  const auto failure = refusal(SystemService::smart_card);
  EXPECT_EQ(failure.cause, "not-in-safeboot");
  EXPECT_TRUE(failure.every_check);
}

TEST_F(Guest, any_other_exit_code_is_the_services_own_trouble) {
  svc("exit 1");
  EXPECT_EQ(refusal(SystemService::smart_card).cause, "no-smart-card-service");
  EXPECT_EQ(refusal(SystemService::network).cause, "no-network");
  EXPECT_FALSE(refusal(SystemService::network).every_check);
}

TEST_F(Guest, what_is_kept_is_private_and_gone_once_taken) {
  LinuxPlatform platform(paths_);
  platform.keep("k", "text");
  struct stat folder {};
  ASSERT_EQ(::stat(at("run/smx").c_str(), &folder), 0);
  EXPECT_EQ(folder.st_mode & 0777u, 0700u);
  EXPECT_EQ(platform.take("k"), "text");
  EXPECT_EQ(platform.take("k"), "");
  EXPECT_FALSE(fs::exists(at("run/smx")));
}

// ---- what other programs say -------------------------------------------------------------------

TEST(Opensc, finds_the_reader_in_the_list) {
  EXPECT_EQ(
      parse_reader(
          "# Detected readers (pcsc)\nNr.  Card  Features  Name\n0    Yes   PIN pad   QEMU CCID 00 00\n"),
      "QEMU CCID 00 00");
  EXPECT_EQ(parse_reader("No smart card readers found.\n"), "");
  EXPECT_EQ(parse_reader("0 x\n"), "");
  EXPECT_EQ(parse_reader(""), "");
}

TEST(Opensc, reads_an_atr) {
  EXPECT_EQ(parse_atr("3b:68:00\n"), (Bytes{0x3b, 0x68, 0x00}));
  EXPECT_TRUE(parse_atr("no card").empty());
}

TEST(Opensc, chooses_the_mechanism_by_the_certificates_key) {
  EXPECT_EQ(signature_mechanism(unhex("06072a8648ce3d0201").value()), "ECDSA-SHA256");
  EXPECT_EQ(signature_mechanism(unhex("06092a864886f70d010101").value()), "SHA256-RSA-PKCS");
}

TEST(Opensc, tells_causes_apart) {
  EXPECT_STREQ(pkcs11_cause("error: C_Login failed: rv = CKR_PIN_INCORRECT", "x"), "pkcs11-login-failed");
  EXPECT_STREQ(pkcs11_cause("No slot with a token was found.", "x"), "no-card");
  EXPECT_STREQ(pkcs11_cause("something else", "x"), "x");
}

TEST(Tls, reads_version_cipher_and_token) {
  const auto talk =
      parse_talk("HTTP/1.0 200 OK\r\nContent-Length: 33\r\n\r\n0123abcd\n",
                 "CONNECTION ESTABLISHED\nProtocol version: TLSv1.3\nCiphersuite: TLS_AES\nother\n");
  EXPECT_EQ(talk.version, "TLSv1.3");
  EXPECT_EQ(talk.cipher, "TLS_AES");
  EXPECT_EQ(talk.token, "0123abcd");
}

TEST(Tls, takes_no_token_out_of_anything_but_a_200_answer) {
  EXPECT_EQ(parse_talk("HTTP/1.0 404 Not Found\r\n\r\nabc\n", "").token, "");
  EXPECT_EQ(parse_talk("HTTP/1.0 200 OK\r\n", "").token, "");
  EXPECT_EQ(parse_talk("HTTP/1.0 200 OK\r\n\r\n<html>\n", "").token, "");
  EXPECT_EQ(parse_talk("HTTP/1.0 200 OK\r\n\r\n" + std::string(129, 'a'), "").token, "");
  EXPECT_EQ(parse_talk("", "").token, "");
}

TEST(Tls, tells_causes_apart) {
  EXPECT_STREQ(tls_cause("connect:errno=111"), "no-server");
  EXPECT_STREQ(tls_cause("connect: Network is unreachable\nconnect:errno=101"), "no-network");
  EXPECT_STREQ(tls_cause("error:certificate verify failed"), "server-not-trusted");
  EXPECT_STREQ(tls_cause("ssl/tls alert handshake failure"), "tls-refused");
  EXPECT_STREQ(tls_cause("Login failed"), "pkcs11-login-failed");
}

}  // namespace
}  // namespace smx::agent
