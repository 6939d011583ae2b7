#include "vm/lab/tls_connection.h"

#include <fmt/core.h>
#include <poll.h>

#include "harness/core/text.h"
#include "vm/lab/openssl_error.h"
#include "vm/lab/x509_text.h"

namespace smx::vm {
namespace {

constexpr std::size_t kLargestRequest = 8192;
constexpr std::size_t kLongestPath = 512;

TimePoint now() {
  return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
}

std::string answer_with(const std::string& status, const std::string& body) {
  return fmt::format(
      "HTTP/1.0 {}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}", status,
      body.size(), body);
}

}  // namespace

TlsConnection::TlsConnection(SSL_CTX* context, UniqueFd fd, Clock::time_point deadline)
    : fd_(std::move(fd)), ssl_(SSL_new(context)), deadline_(deadline), events_(POLLIN) {
  entry_.at = now();
  if (!ssl_ || SSL_set_fd(ssl_.get(), fd_.get()) != 1) throw openssl_failure("set up a TLS connection");
  SSL_set_accept_state(ssl_.get());
}

void TlsConnection::give_up(const std::string& why) {
  // The first error counts; a late failure to close the session is not an error.
  if (entry_.trouble.empty() && phase_ != Phase::closing) entry_.trouble = why;
  phase_ = Phase::done;
}

bool TlsConnection::wait_or_give_up(int result, const char* doing) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ: events_ = POLLIN; return false;
    case SSL_ERROR_WANT_WRITE: events_ = POLLOUT; return false;
    default: break;
  }
  auto reason = take_openssl_error();
  if (reason.empty()) reason = "the client closed the connection";
  const long verified = SSL_get_verify_result(ssl_.get());  // OpenSSL's error says only that it failed
  if (verified != X509_V_OK) reason += fmt::format(" ({})", X509_verify_cert_error_string(verified));
  give_up(fmt::format("{}: {}", doing, reason));
  return false;
}

void TlsConnection::step() {
  bool more = true;
  while (more) {
    switch (phase_) {
      case Phase::handshake: more = shake_hands(); break;
      case Phase::request: more = read_request(); break;
      case Phase::answer: more = write_answer(); break;
      case Phase::closing: more = close_gracefully(); break;
      case Phase::done: return;
    }
  }
}

bool TlsConnection::shake_hands() {
  take_openssl_error();  // SSL_get_error looks at this thread's queue
  const int result = SSL_do_handshake(ssl_.get());
  if (SSL_version(ssl_.get()) != 0 && SSL_get_state(ssl_.get()) != TLS_ST_BEFORE) {
    entry_.tls_version = SSL_get_version(ssl_.get());
  }
  if (result != 1) return wait_or_give_up(result, "handshake");
  keep_certificate();
  entry_.handshake_succeeded = true;
  phase_ = Phase::request;
  return true;
}

void TlsConnection::keep_certificate() {
  // The handshake succeeded with SSL_VERIFY_FAIL_IF_NO_PEER_CERT, so there is one, and its key was proven.
  const X509Ptr certificate(SSL_get1_peer_certificate(ssl_.get()));
  const auto text = describe_certificate(der_of(certificate.get()));
  entry_.client_certificate_sha256 = text.sha256;
  entry_.serial = text.serial;
  entry_.subject = sanitize_guest_text(text.subject, kLongestPath);
}

bool TlsConnection::read_request() {
  char buffer[2048];
  take_openssl_error();
  const int n = SSL_read(ssl_.get(), buffer, sizeof buffer);
  if (n <= 0) return wait_or_give_up(n, "request");
  request_.append(buffer, static_cast<std::size_t>(n));
  const bool whole =
      request_.find("\r\n\r\n") != std::string::npos || request_.find("\n\n") != std::string::npos;
  if (!whole && request_.size() <= kLargestRequest) return true;
  parse_request();
  phase_ = Phase::answer;
  events_ = POLLOUT;
  return false;  // the server logs the token first
}

void TlsConnection::parse_request() {
  const auto line = request_.substr(0, request_.find_first_of("\r\n"));
  const auto begin = line.find(' ');
  const auto end = line.find(' ', begin == std::string::npos ? begin : begin + 1);
  const bool get = line.rfind("GET /", 0) == 0 && end != std::string::npos;
  if (!get || end - begin - 1 > kLongestPath || request_.size() > kLargestRequest) {
    entry_.trouble = "the request is not a GET of a path within 512 bytes, or is longer than 8192";
    answer_ = answer_with("400 Bad Request", "");
    return;
  }
  entry_.path = sanitize_guest_text(line.substr(begin + 1, end - begin - 1), kLongestPath);
  entry_.token = hex(random_bytes(16));
  answer_ = answer_with("200 OK", entry_.token + "\n");
}

bool TlsConnection::write_answer() {
  take_openssl_error();
  const int n = SSL_write(ssl_.get(), answer_.data() + written_, static_cast<int>(answer_.size() - written_));
  if (n <= 0) return wait_or_give_up(n, "answer");
  written_ += static_cast<std::size_t>(n);
  if (written_ == answer_.size()) phase_ = Phase::closing;
  return true;
}

bool TlsConnection::close_gracefully() {
  take_openssl_error();
  SSL_shutdown(ssl_.get());  // our close_notify; the client's own need not be waited for
  take_openssl_error();
  phase_ = Phase::done;
  return false;
}

}  // namespace smx::vm
