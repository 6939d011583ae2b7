// The lab, judged by programs that are not ours: MIT's kinit and klist, curl, openssl, ss.

#include "vm/lab/loopback_lab.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sstream>

#include "harness/core/error.h"
#include "harness/core/proc.h"
#include "harness/core/process.h"
#include "harness/core/text.h"
#include "vm/lab/x509_text.h"

namespace smx::vm {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

CommandResult run(std::vector<std::string> argv, std::map<std::string, std::string> env = {},
                  const std::string& input = "") {
  Command command;
  command.argv = std::move(argv);
  command.env = std::move(env);
  command.input = input;
  return run_command(command);
}

class LoopbackLabTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const auto* program : {"krb5kdc", "kadmin.local", "kinit", "curl", "ss"})
      if (!find_program(program)) GTEST_SKIP() << program << " is not installed";
    lab_.emplace(folder_.path() / "labs/one", ca_, cancel_);
    ca_.save(folder_.path());
    described_ = lab_->describe(cancel_);
    write_file_atomically(folder_.path() / "anchors.pem", described_.ca_pem);
    write_file_atomically(folder_.path() / "krb5.conf",
                          fmt::format(R"([libdefaults]
 default_realm = {0}
 dns_lookup_kdc = false
 dns_lookup_realm = false
 dns_canonicalize_hostname = false
 rdns = false
 udp_preference_limit = 1
[realms]
 {0} = {{
  kdc = 127.0.0.1:{1}
  pkinit_anchors = FILE:{2}/anchors.pem
  pkinit_kdc_hostname = {3}
  pkinit_eku_checking = kpKDC
 }}
[domain_realm]
 .{4} = {0}
)",
                                      described_.realm, described_.kdc.port, folder_.path().string(),
                                      described_.kdc.name, described_.domain));
  }

  struct Identity {
    std::string certificate, key;  ///< files
    Bytes der;
  };
  Identity identity(const std::string& upn, std::optional<CertificateFlaw> flaw = {}) {
    const auto key = KeyPair::generate(KeyKind::rsa2048);
    auto der = ca_.issue_card_certificate(key.public_key_der(), {"Lab User", upn});
    if (flaw) der = ca_.reissue(der, *flaw);
    Identity made{(folder_.path() / "user.pem").string(), (folder_.path() / "user.key").string(), der};
    write_file_atomically(made.certificate, pem_of_certificate(der));
    write_file_atomically(made.key, pem_of_key(key).reveal(), 0600);
    return made;
  }
  std::map<std::string, std::string> env() const {
    return {{"KRB5_CONFIG", (folder_.path() / "krb5.conf").string()},
            {"KRB5CCNAME", "FILE:" + (folder_.path() / "tickets").string()},
            {"LC_ALL", "C"}};
  }
  CommandResult kinit(const Identity& who, const std::string& user) {
    return run({"kinit", "-X", "X509_user_identity=FILE:" + who.certificate + "," + who.key, user}, env());
  }
  CommandResult ask_web(const std::string& path, std::vector<std::string> more = {}) {
    const auto port = std::to_string(described_.web.port);
    std::vector<std::string> argv{
        "curl",       "--silent", "--show-error", "--fail",
        "--max-time", "10",       "--resolve",    described_.web.name + ":" + port + ":127.0.0.1"};
    argv.insert(argv.end(), more.begin(), more.end());
    argv.push_back("http://" + described_.web.name + ":" + port + path);
    return run(argv, env());
  }

  const CancelToken cancel_;
  const TempDir folder_{fs::temp_directory_path(), "lab-"};
  LabCa ca_;
  std::optional<LoopbackLab> lab_;
  LabDescription described_;
};

TEST_F(LoopbackLabTest, gives_a_ticket_for_a_card_and_names_its_certificate) {
  const auto who = identity("user@LAB.TEST");
  const auto logon = kinit(who, "user");
  ASSERT_TRUE(logon.ok()) << logon.err << lab_->kdc().log();
  const auto seen = lab_->kdc().seen();
  ASSERT_THAT(seen, SizeIs(1));
  EXPECT_EQ(seen[0].certificate_sha256, describe_certificate(who.der).sha256);
  EXPECT_EQ(seen[0].principal, "user@LAB.TEST");
  EXPECT_THAT(lab_->kdc().log(), HasSubstr("ISSUE"));
}

TEST_F(LoopbackLabTest, takes_the_ticket_at_the_web_server_which_knows_whose_card_it_came_from) {
  const auto who = identity("user@LAB.TEST");
  ASSERT_TRUE(kinit(who, "user").ok());
  const auto answer = ask_web("/abc", {"--negotiate", "-u", ":"});
  const auto seen = lab_->web().log_for("/abc");
  ASSERT_FALSE(seen.empty());
  ASSERT_TRUE(answer.ok()) << answer.err << seen.back().trouble;
  EXPECT_EQ(seen.back().user, "user@LAB.TEST");
  EXPECT_EQ(seen.back().token, answer.out);
  EXPECT_EQ(seen.back().card_sha256, describe_certificate(who.der).sha256);
}

TEST_F(LoopbackLabTest, gives_the_web_page_to_nobody_without_a_ticket) {
  EXPECT_FALSE(ask_web("/abc", {"--negotiate", "-u", ":"}).ok());
  EXPECT_FALSE(ask_web("/abc").ok());
  EXPECT_FALSE(ask_web("/abc", {"-H", "Authorization: Negotiate AAAA"}).ok());
  EXPECT_FALSE(ask_web("/abc", {"-H", "Authorization: Negotiate !"}).ok());
  for (const auto& seen : lab_->web().log_for("/abc")) {
    EXPECT_EQ(seen.user, "");
    EXPECT_EQ(seen.token, "");
    EXPECT_NE(seen.trouble, "");
  }
}

TEST_F(LoopbackLabTest, refuses_another_users_certificate) {
  const auto logon = kinit(identity("other@LAB.TEST"), "user");
  EXPECT_FALSE(logon.ok());
  EXPECT_THAT(logon.err, HasSubstr("mismatch"));
}

class FlawedTest : public LoopbackLabTest, public testing::WithParamInterface<CertificateFlaw> {};

INSTANTIATE_TEST_SUITE_P(Flaws, FlawedTest,
                         testing::Values(CertificateFlaw::expired, CertificateFlaw::not_yet_valid,
                                         CertificateFlaw::untrusted, CertificateFlaw::revoked));

TEST_P(FlawedTest, certificates_get_no_ticket) {
  const auto who = identity("user@LAB.TEST", GetParam());
  lab_->describe(cancel_);  // as before each scenario: the KDC hears of what was revoked
  const auto logon = kinit(who, "user");
  EXPECT_FALSE(logon.ok());
  EXPECT_TRUE(kinit(identity("user@LAB.TEST"), "user").ok()) << "a good one still does";
}

TEST_F(LoopbackLabTest, no_user_has_a_password) {
  EXPECT_FALSE(run({"kinit", "user"}, env(), "password\n").ok());
}

TEST_F(LoopbackLabTest, tells_openssl_by_list_and_by_ocsp_what_was_revoked) {
  const auto good = identity("user@LAB.TEST");
  const auto file = [&](const char* name, const std::string& text) {
    write_file_atomically(folder_.path() / name, text);
    return (folder_.path() / name).string();
  };
  const auto issuer = file("issuing.pem", ca_.certificate_pem());
  const auto anchors = file("root.pem", ca_.root_pem());
  const auto ocsp = [&](const std::string& certificate) {
    return run({"openssl", "ocsp", "-issuer", issuer, "-cert", certificate, "-url",
                fmt::format("http://127.0.0.1:{}/ocsp", described_.web.port), "-CAfile", anchors})
        .out;
  };
  EXPECT_THAT(ocsp(good.certificate), HasSubstr(": good"));
  const auto bad = identity("user@LAB.TEST", CertificateFlaw::revoked);
  EXPECT_THAT(ocsp(bad.certificate), HasSubstr(": revoked"));
  const auto list = ask_web("/crl/issuing.crl");
  ASSERT_TRUE(list.ok());
  const auto shown = run({"openssl", "crl", "-inform", "DER", "-noout", "-text", "-CAfile", issuer, "-in",
                          file("issuing.crl", list.out)});
  EXPECT_THAT(shown.out + shown.err, HasSubstr("verify OK"));
  EXPECT_THAT(shown.out, HasSubstr(describe_certificate(bad.der).serial));
  EXPECT_TRUE(ask_web("/crl/root.crl").ok());
  EXPECT_THAT(run({"curl", "--silent", "--data-binary", "no request",
                   fmt::format("http://127.0.0.1:{}/ocsp", described_.web.port)})
                  .out.size(),
              testing::Gt(0u));
}

TEST_F(LoopbackLabTest, enrols_a_key_whose_owner_has_a_ticket) {
  const auto who = identity("user@LAB.TEST");
  const auto request = (folder_.path() / "request.pem").string();
  ASSERT_TRUE(run({"openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout",
                   (folder_.path() / "new.key").string(), "-subj", "/CN=anything", "-out", request})
                  .ok());
  EXPECT_FALSE(ask_web("/enrol/n1", {"--data-binary", "@" + request}).ok()) << "without a ticket";
  ASSERT_TRUE(kinit(who, "user").ok());
  const auto answer = ask_web("/enrol/n2", {"--negotiate", "-u", ":", "--data-binary", "@" + request});
  ASSERT_TRUE(answer.ok()) << answer.err;
  const auto text = describe_certificate(der_of_certificate(answer.out));
  EXPECT_EQ(text.upn, "user@LAB.TEST");
  EXPECT_EQ(lab_->web().log_for("/enrol/n2").back().issued_sha256, text.sha256);
  EXPECT_FALSE(ask_web("/enrol/n3", {"--negotiate", "-u", ":", "--data", "no request"}).ok());
}

TEST_F(LoopbackLabTest, listens_on_the_loopback_only_and_leaves_nothing) {
  const auto place = folder_.path() / "labs/one";
  pid_t kdc = 0;
  for (const auto pid : proc::all())
    for (const auto& word : proc::command_line(pid))
      if (word == (place / "kdc.pid").string()) kdc = pid;
  ASSERT_GT(kdc, 0);
  const auto sockets = run({"ss", "-Hltunp"}).out;
  std::istringstream lines(sockets);
  std::size_t ours = 0;
  for (std::string line; std::getline(lines, line);) {
    const bool is_ours = line.find(fmt::format("pid={},", kdc)) != std::string::npos ||
                         line.find(fmt::format("pid={},", ::getpid())) != std::string::npos;
    if (!is_ours) continue;
    ++ours;
    EXPECT_THAT(line, HasSubstr(" 127.0.0.1:"));
  }
  EXPECT_EQ(ours, 3u) << sockets;
  for (const auto& entry : fs::recursive_directory_iterator(place))
    EXPECT_EQ(fs::status(place).permissions() & (fs::perms::group_all | fs::perms::others_all),
              fs::perms::none)
        << entry.path();
  lab_.reset();
  EXPECT_FALSE(fs::exists(place));
  EXPECT_THAT(proc::command_line(kdc), IsEmpty());
}

TEST_F(LoopbackLabTest, does_not_start_without_its_witness) {
  ::setenv("SMX_LIBEXEC_DIR", folder_.path().c_str(), 1);
  try {
    LoopbackLab(folder_.path() / "labs/two", ca_, cancel_);
    ADD_FAILURE() << "without it no certificate is recorded";
  } catch (const Error& e) {
    EXPECT_THAT(e.what(), HasSubstr("kdc-witness.so is missing"));
  }
  ::unsetenv("SMX_LIBEXEC_DIR");
  EXPECT_FALSE(fs::exists(folder_.path() / "labs/two"));
}

TEST_F(LoopbackLabTest, stands_beside_another) {
  LoopbackLab other(folder_.path() / "labs/two", ca_, cancel_);
  EXPECT_NE(other.kdc().port(), lab_->kdc().port());
  EXPECT_THAT(list_labs(folder_.path() / "labs"), SizeIs(2));
  EXPECT_THAT(end_dead_labs(folder_.path() / "labs"), IsEmpty());
  EXPECT_THROW(LoopbackLab(folder_.path() / "labs/two", ca_, cancel_), Error) << "it is up";
  EXPECT_TRUE(kinit(identity("user@LAB.TEST"), "user").ok());
}

TEST_F(LoopbackLabTest, that_died_half_way_is_cleaned_up) {
  const auto place = folder_.path() / "labs/dead";
  const auto child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    new LoopbackLab(place, ca_, cancel_);
    ::_exit(7);  // as if killed: no destructor
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_EQ(WEXITSTATUS(status), 7);
  const auto states = list_labs(folder_.path() / "labs");
  ASSERT_THAT(states, SizeIs(2));
  EXPECT_FALSE(states[0].up);
  EXPECT_THAT(end_dead_labs(folder_.path() / "labs"), testing::ElementsAre("dead"));
  EXPECT_FALSE(fs::exists(place));
  for (const auto pid : proc::all())
    for (const auto& word : proc::command_line(pid)) EXPECT_NE(word, (place / "kdc.pid").string());
}

}  // namespace
}  // namespace smx::vm
