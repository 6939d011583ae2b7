#include <gtest/gtest.h>

#include <cstdlib>

#include "scenarios/agent/core/reporter.h"
#include "scenarios/agent/windows/net/tls_by_schannel.h"
#include "scenarios/agent/windows/win32/files.h"
#include "scenarios/agent/windows/win32/wine.h"

// Schannel against a TLS server that the test's caller started: SMX_TLS_PORT (on 127.0.0.1), SMX_TLS_NAME,
// and SMX_TLS_CA, a PEM file. It must answer HTTP and ask for no certificate (`openssl s_server -www`).

namespace smx::agent {
namespace {

class Tls : public testing::Test {
 protected:
  void SetUp() override {
    const char *port = std::getenv("SMX_TLS_PORT"), *name = std::getenv("SMX_TLS_NAME"),
               *ca = std::getenv("SMX_TLS_CA");
    if (port == nullptr || name == nullptr || ca == nullptr) GTEST_SKIP() << "no TLS server was named";
    server_ = {"127.0.0.1", std::atoi(port), name, read_file(ca, 65536)};
  }
  std::string cause(TlsVersion version) {
    try {
      ask(version);
    } catch (const StepFailure& failure) {
      return failure.cause;
    }
    return "";
  }
  TlsAnswer ask(TlsVersion version) {
    return ask_by_tls(server_, version, nullptr, "GET / HTTP/1.0\r\n\r\n",
                      Deadline(std::chrono::seconds(20)));
  }
  Service server_;
};

TEST_F(Tls, is_spoken_by_the_version_that_is_asked_for) {
  const auto answer = ask(TlsVersion::v1_2);
  EXPECT_EQ(answer.version, "TLSv1.2");
  EXPECT_FALSE(answer.cipher.empty());
  EXPECT_EQ(answer.text.substr(0, 7), "HTTP/1.");
}

TEST_F(Tls, of_version_1_3_is_spoken_or_said_to_be_unknown) {
  if (!wine_version().empty()) GTEST_SKIP() << "Wine 10 goes back to TLS 1.2 where only 1.3 is left to it";
  try {
    EXPECT_EQ(ask(TlsVersion::v1_3).version, "TLSv1.3");
  } catch (const StepFailure& failure) {
    EXPECT_EQ(failure.outcome, CheckOutcome::not_applicable);
    EXPECT_EQ(failure.cause, "no-tls13");
  }
}

TEST_F(Tls, does_not_trust_a_server_of_another_name) {
  server_.name = "other.lab.test";
  EXPECT_EQ(cause(TlsVersion::v1_2), "server-not-trusted");
}

TEST_F(Tls, does_not_trust_a_server_without_its_authority) {
  server_.ca_pem.clear();
  EXPECT_EQ(cause(TlsVersion::v1_2), "server-not-trusted");
}

TEST(Tcp, says_that_nobody_listens) {
  try {
    ask_by_tls({"127.0.0.1", 1, "x", ""}, TlsVersion::v1_2, nullptr, "", Deadline(std::chrono::seconds(20)));
    FAIL();
  } catch (const StepFailure& failure) {
    EXPECT_EQ(failure.cause, "no-server");
  }
}

}  // namespace
}  // namespace smx::agent
