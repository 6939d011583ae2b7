#include "vm/lab/tls_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "harness/core/files.h"
#include "harness/core/unique_fd.h"
#include "vm/lab/openssl_error.h"
#include "vm/lab/openssl_types.h"
#include "vm/lab/x509_text.h"

namespace smx::vm {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

UniqueFd connect_to(std::uint16_t port) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return fd;
}

/// What is left to read until the server closes; "" at once when it has.
std::string read_to_end(int fd) {
  std::string text;
  char buffer[512];
  for (;;) {
    const auto n = ::recv(fd, buffer, sizeof buffer, 0);
    if (n <= 0) return text;
    text.append(buffer, static_cast<std::size_t>(n));
  }
}

struct Client {
  Bytes certificate;  ///< empty: none is offered
  std::optional<KeyPair> key;
  int version = TLS1_3_VERSION;
  std::string request = "GET /nonce HTTP/1.0\r\n\r\n";
};

Client client_of(const LabCa& ca) {
  Client client;
  client.key = KeyPair::generate(KeyKind::p256);
  client.certificate = ca.issue_card_certificate(client.key->public_key_der(), {"Alice", "alice@lab.test"});
  return client;
}

/// Speaks to the server as this client, verifying it as tls.lab.test; gives what it answered, "" when it
/// refused.
std::string visit(const TlsServer& server, const Client& client) {
  const SslContextPtr context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_min_proto_version(context.get(), client.version);
  SSL_CTX_set_max_proto_version(context.get(), client.version);
  const auto root = x509_of(der_of_certificate(server.ca_pem()));
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), root.get());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (client.key) {
    SSL_CTX_use_certificate(context.get(), x509_of(client.certificate).get());
    SSL_CTX_use_PrivateKey(context.get(), client.key->get());
  }
  const auto fd = connect_to(server.port());
  const SslPtr ssl(SSL_new(context.get()));
  SSL_set_fd(ssl.get(), fd.get());
  SSL_set1_host(ssl.get(), server.name().c_str());
  std::string answer;
  if (SSL_connect(ssl.get()) == 1) {
    SSL_write(ssl.get(), client.request.data(), static_cast<int>(client.request.size()));
    char buffer[1024];
    for (int n = 0; (n = SSL_read(ssl.get(), buffer, sizeof buffer)) > 0;) {
      answer.append(buffer, static_cast<std::size_t>(n));
    }
  }
  take_openssl_error();
  return answer;
}

class TlsServerTest : public ::testing::TestWithParam<int> {
 protected:
  /// The only entry of the log, when it is there.
  TlsLogEntry only_entry() {
    EXPECT_TRUE(server_.wait_for_log(1, 10s));
    const auto log = server_.log();
    EXPECT_EQ(log.size(), 1u);
    return log.empty() ? TlsLogEntry{} : log.front();
  }
  Client client() {
    auto c = client_of(ca_);
    c.version = GetParam();
    return c;
  }

  const LabCa ca_;
  const TlsServer server_{ca_, "tls.lab.test"};
};

INSTANTIATE_TEST_SUITE_P(Versions, TlsServerTest, ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& version) {
                           return version.param == TLS1_2_VERSION ? "tls12" : "tls13";
                         });

TEST_P(TlsServerTest, gives_a_token_to_a_card_of_the_lab_and_logs_whose_it_was) {
  const auto alice = client();
  const auto answer = visit(server_, alice);
  const auto log = server_.log_for("nonce");
  ASSERT_EQ(log.size(), 1u) << "logged before the client knew the token";
  EXPECT_THAT(answer, HasSubstr("HTTP/1.0 200 OK"));
  EXPECT_THAT(answer, HasSubstr(log[0].token));
  EXPECT_EQ(log[0].token.size(), 32u);
  EXPECT_TRUE(log[0].handshake_succeeded);
  EXPECT_EQ(log[0].tls_version, GetParam() == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3");
  EXPECT_EQ(log[0].client_certificate_sha256, sha256_hex(as_text(alice.certificate)));
  EXPECT_EQ(log[0].serial, describe_certificate(alice.certificate).serial);
  EXPECT_EQ(log[0].subject, "CN=Alice");
  EXPECT_EQ(log[0].path, "/nonce");
  EXPECT_EQ(log[0].trouble, "");
}

TEST_P(TlsServerTest, refuses_a_client_without_certificate) {
  auto without_key = client();
  without_key.key.reset();
  EXPECT_EQ(visit(server_, without_key), "");
  const auto entry = only_entry();
  EXPECT_FALSE(entry.handshake_succeeded);
  EXPECT_EQ(entry.token, "");
  EXPECT_EQ(entry.client_certificate_sha256, "");
  EXPECT_THAT(entry.trouble, HasSubstr("peer did not return a certificate"));
}

TEST_P(TlsServerTest, refuses_a_certificate_of_another_authority_with_the_same_name) {
  const LabCa other;
  auto stranger = client_of(other);
  stranger.version = GetParam();
  EXPECT_EQ(visit(server_, stranger), "");
  const auto entry = only_entry();
  EXPECT_FALSE(entry.handshake_succeeded);
  EXPECT_EQ(entry.token, "");
  EXPECT_THAT(entry.trouble, HasSubstr("certificate verify failed"));
}

TEST_P(TlsServerTest, refuses_flawed_certificates_and_says_why) {
  const auto good = client();
  std::size_t visits = 0;
  const auto trouble = [&](CertificateFlaw flaw) {
    auto flawed = good;
    flawed.certificate = ca_.reissue(good.certificate, flaw);
    EXPECT_EQ(visit(server_, flawed), "");
    EXPECT_TRUE(server_.wait_for_log(++visits, 10s));
    EXPECT_FALSE(server_.log().back().handshake_succeeded);
    EXPECT_EQ(server_.log().back().token, "");
    return server_.log().back().trouble;
  };
  EXPECT_THAT(trouble(CertificateFlaw::expired), HasSubstr("expired"));
  EXPECT_THAT(trouble(CertificateFlaw::not_yet_valid), HasSubstr("not yet valid"));
  EXPECT_THAT(trouble(CertificateFlaw::untrusted), HasSubstr("unable to get local issuer"));
  EXPECT_THAT(trouble(CertificateFlaw::revoked), HasSubstr("revoked"));
  EXPECT_THAT(visit(server_, good), HasSubstr("200 OK"));
}

TEST_P(TlsServerTest, refuses_a_certificate_that_is_not_for_clients) {
  auto server = ca_.issue_server_certificate("other.lab.test");
  const Client wrong{der_of_certificate(server.certificate_pem), server.key, GetParam(),
                     "GET / HTTP/1.0\r\n\r\n"};
  EXPECT_EQ(visit(server_, wrong), "");
  EXPECT_FALSE(only_entry().handshake_succeeded);
}

TEST_P(TlsServerTest, gives_every_connection_another_token) {
  const auto alice = client();
  visit(server_, alice);
  visit(server_, alice);
  const auto log = server_.log_for("/nonce");
  ASSERT_EQ(log.size(), 2u);
  EXPECT_NE(log[0].token, log[1].token);
  EXPECT_TRUE(server_.log_for("/other").empty());
}

TEST_P(TlsServerTest, answers_400_to_what_is_no_get) {
  auto odd = client();
  for (const auto& request :
       {std::string("POST /x HTTP/1.0\r\n\r\n"), std::string("GET\r\n\r\n"), std::string("\r\n\r\n"),
        "GET /" + std::string(600, 'x') + " HTTP/1.0\r\n\r\n", std::string(9000, 'x')}) {
    odd.request = request;
    EXPECT_THAT(visit(server_, odd), HasSubstr("400 Bad Request")) << request.substr(0, 20);
  }
  for (const auto& entry : server_.log()) {
    EXPECT_TRUE(entry.handshake_succeeded);
    EXPECT_EQ(entry.token, "");
    EXPECT_NE(entry.trouble, "");
  }
}

TEST_P(TlsServerTest, keeps_control_characters_out_of_its_log) {
  auto odd = client();
  odd.request = "GET /\x1b[31m HTTP/1.0\r\n\r\n";
  visit(server_, odd);
  EXPECT_EQ(server_.log().at(0).path.find('\x1b'), std::string::npos);
}

TEST(TlsServer, hangs_up_on_what_is_no_tls) {
  const LabCa ca;
  const TlsServer server(ca, "tls.lab.test");
  const auto fd = connect_to(server.port());
  ::send(fd.get(), "GET / HTTP/1.0\r\n\r\n", 18, MSG_NOSIGNAL);
  read_to_end(fd.get());
  ASSERT_TRUE(server.wait_for_log(1, 10s));
  EXPECT_THAT(server.log()[0].trouble, HasSubstr("handshake: "));
}

TEST(TlsServer, ends_a_silent_client_at_its_limit) {
  const LabCa ca;
  const TlsServer server(ca, "tls.lab.test", {.time_limit = 20ms});
  const auto silent = connect_to(server.port());
  EXPECT_EQ(read_to_end(silent.get()), "");
  ASSERT_TRUE(server.wait_for_log(1, 10s));
  EXPECT_EQ(server.log()[0].trouble, "the client was silent for too long");
}

TEST(TlsServer, serves_others_while_a_client_is_silent) {
  const LabCa ca;
  const TlsServer server(ca, "tls.lab.test");
  const auto silent = connect_to(server.port());
  EXPECT_THAT(visit(server, client_of(ca)), HasSubstr("200 OK"));
}

TEST(TlsServer, closes_connections_past_its_bound_at_once) {
  const LabCa ca;
  const TlsServer server(ca, "tls.lab.test", {.most_connections = 1});
  const auto first = connect_to(server.port());
  const auto second = connect_to(server.port());
  EXPECT_EQ(read_to_end(second.get()), "");
}

TEST(TlsServer, ends_with_clients_still_connected) {
  const LabCa ca;
  auto server = std::make_unique<TlsServer>(ca, "tls.lab.test");
  const auto silent = connect_to(server->port());
  server.reset();
  EXPECT_EQ(read_to_end(silent.get()), "");
}

TEST(TlsServer, refuses_older_versions_than_1_2) {
  const LabCa ca;
  const TlsServer server(ca, "tls.lab.test");
  auto old = client_of(ca);
  old.version = TLS1_1_VERSION;
  EXPECT_EQ(visit(server, old), "");
}

}  // namespace
}  // namespace smx::vm
