#include "vm/lab/tls_server.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "harness/core/error.h"
#include "vm/lab/openssl_error.h"
#include "vm/lab/tls_connection.h"
#include "vm/lab/x509_text.h"

namespace smx::vm {
namespace {

constexpr std::size_t kMostLogged = 4096;

/// OpenSSL has found the chain good as far as it goes; the lab's authority may have revoked its end.
int refuse_revoked(int good, X509_STORE_CTX* store) noexcept {
  if (good != 1 || X509_STORE_CTX_get_error_depth(store) != 0) return good;
  auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  const auto* ca = static_cast<const LabCa*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  int error = X509_V_OK;
  try {
    const auto text = describe_certificate(der_of(X509_STORE_CTX_get_current_cert(store)));
    if (ca->is_revoked(text.serial)) error = X509_V_ERR_CERT_REVOKED;
  } catch (const std::exception&) {
    error = X509_V_ERR_UNABLE_TO_GET_CRL;  // its revocation state is not known
  }
  if (error == X509_V_OK) return 1;
  X509_STORE_CTX_set_error(store, error);
  return 0;
}

SslContextPtr make_context(const LabCa& ca, const ServerIdentity& identity) {
  SslContextPtr context(SSL_CTX_new(TLS_server_method()));
  const auto certificate = x509_of(der_of_certificate(identity.certificate_pem));
  const auto issuing = x509_of(ca.certificate_der()), root = x509_of(ca.root_der());
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1 ||
      SSL_CTX_use_certificate(context.get(), certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context.get(), identity.key.get()) != 1 ||
      SSL_CTX_add1_chain_cert(context.get(), issuing.get()) != 1 ||
      X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), issuing.get()) != 1 ||
      SSL_CTX_add_client_CA(context.get(), issuing.get()) != 1 ||
      SSL_CTX_add_client_CA(context.get(), root.get()) != 1) {
    throw openssl_failure("set up the lab's TLS server");
  }
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, refuse_revoked);
  SSL_CTX_set_app_data(context.get(), const_cast<LabCa*>(&ca));
  // A certificate in the store is an anchor by itself, though its issuer is not known here.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context.get()), X509_V_FLAG_PARTIAL_CHAIN);
  SSL_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_CLIENT);
  // A resumed session would show the certificate without asking the card.
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_num_tickets(context.get(), 0);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return context;
}

/// Schannel sends only certificates of issuers that the server names.
void accept_certificate(SSL_CTX* context, X509* certificate) {
  auto* issuers = SSL_CTX_get_client_CA_list(context);
  auto* issuer = X509_NAME_dup(X509_get_issuer_name(certificate));
  if (issuer == nullptr || sk_X509_NAME_push(issuers, issuer) == 0) {
    X509_NAME_free(issuer);
    throw openssl_failure("accept a card's certificate");
  }
  if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate) != 1)
    throw openssl_failure("accept a card's certificate");
}

UniqueFd listen_on_loopback(std::uint16_t& port) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (!fd || ::bind(fd.get(), any, size) != 0 || ::listen(fd.get(), 64) != 0 ||
      ::getsockname(fd.get(), any, &size) != 0) {
    throw Error(ErrorKind::environment,
                fmt::format("the lab's TLS server got no port on 127.0.0.1: {}", std::strerror(errno)));
  }
  port = ntohs(address.sin_port);
  return fd;
}

}  // namespace

class TlsServer::Loop {
 public:
  using Clock = TlsConnection::Clock;

  Loop(const LabCa& ca, const std::string& dns_name, TlsServerOptions options)
      : name_(dns_name),
        ca_pem_(ca.chain_pem()),
        options_(options),
        context_(make_context(ca, ca.issue_server_certificate(dns_name))),
        listener_(listen_on_loopback(port_)),
        wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!wake_)
      throw Error(ErrorKind::environment, "no event descriptor for the TLS server: too many open files?");
    thread_ = std::thread([this] { run(); });
  }
  ~Loop() {
    stop_ = true;
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto n = ::write(wake_.get(), &one, sizeof one);
    thread_.join();
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  std::uint16_t port() const { return port_; }
  const std::string& name() const { return name_; }
  const std::string& ca_pem() const { return ca_pem_; }

  /// The thread's own context takes it before the next connection.
  void accept_client(const std::string& certificate_pem) {
    auto certificate = x509_of(der_of_certificate(certificate_pem));
    const std::lock_guard lock(mutex_);
    if (accepted_.insert(certificate_pem).second) to_accept_.push_back(std::move(certificate));
  }

  std::vector<TlsLogEntry> log() const {
    const std::lock_guard lock(mutex_);
    return {log_.begin(), log_.end()};
  }
  bool wait_for_log(std::size_t count, Milliseconds limit) const {
    std::unique_lock lock(mutex_);
    return logged_.wait_for(lock, limit, [&] { return log_.size() >= count; });
  }

 private:
  void run() {
    while (!stop_) {
      auto fds = descriptors();
      if (::poll(fds.data(), fds.size(), milliseconds_to_deadline()) < 0 && errno != EINTR) return;
      for (std::size_t i = 2; i < fds.size(); ++i) {
        if (fds[i].revents != 0) connections_[i - 2]->step();
      }
      if (fds[1].revents != 0) accept_connection();
      end_overdue();
      record();
    }
  }

  std::vector<pollfd> descriptors() const {
    std::vector<pollfd> fds{{wake_.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
    for (const auto& c : connections_) fds.push_back({c->fd(), c->events(), 0});
    return fds;
  }

  int milliseconds_to_deadline() const {
    if (connections_.empty()) return -1;
    auto first = Clock::time_point::max();
    for (const auto& c : connections_) first = std::min(first, c->deadline());
    const auto left = std::chrono::ceil<Milliseconds>(first - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60000));
  }

  void accept_connection() {
    UniqueFd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!fd || connections_.size() >= options_.most_connections) return;  // closed at once
    {
      const std::lock_guard lock(mutex_);
      for (const auto& certificate : std::exchange(to_accept_, {}))
        accept_certificate(context_.get(), certificate.get());
    }
    connections_.push_back(
        std::make_unique<TlsConnection>(context_.get(), std::move(fd), Clock::now() + options_.time_limit));
  }

  void end_overdue() {
    const auto now = Clock::now();
    for (const auto& c : connections_) {
      if (!c->done() && c->deadline() <= now) c->give_up("the client was silent for too long");
    }
  }

  /// Logs who has ended, and who is about to get a token: it must be in the log before the client can name
  /// it.
  void record() {
    const std::lock_guard lock(mutex_);
    for (auto& c : connections_) {
      if (c->done() || (c->answering() && !c->log_number)) put(*c);
    }
    std::erase_if(connections_, [](const auto& c) { return c->done(); });
    logged_.notify_all();
  }

  void put(TlsConnection& c) {
    if (!c.log_number) {
      c.log_number = first_ + log_.size();
      log_.push_back(c.entry());
      if (log_.size() > kMostLogged) {
        log_.pop_front();
        ++first_;
      }
    } else if (*c.log_number >= first_) {
      log_[*c.log_number - first_] = c.entry();
    }
  }

  const std::string name_, ca_pem_;
  const TlsServerOptions options_;
  SslContextPtr context_;
  std::uint16_t port_ = 0;
  UniqueFd listener_, wake_;
  std::vector<std::unique_ptr<TlsConnection>> connections_;  ///< the thread's own
  std::atomic<bool> stop_{false};
  mutable std::mutex mutex_;
  mutable std::condition_variable logged_;
  std::set<std::string> accepted_;  ///< PEM
  std::vector<X509Ptr> to_accept_;
  std::deque<TlsLogEntry> log_;
  std::size_t first_ = 0;  ///< the number of log_.front(): how many were dropped before it
  std::thread thread_;
};

TlsServer::TlsServer(const LabCa& ca, const std::string& dns_name, TlsServerOptions options)
    : loop_(std::make_unique<Loop>(ca, dns_name, options)) {}
TlsServer::~TlsServer() = default;

std::uint16_t TlsServer::port() const {
  return loop_->port();
}
const std::string& TlsServer::name() const {
  return loop_->name();
}
const std::string& TlsServer::ca_pem() const {
  return loop_->ca_pem();
}
std::vector<TlsLogEntry> TlsServer::log() const {
  return loop_->log();
}
void TlsServer::accept_client(const std::string& certificate_pem) {
  loop_->accept_client(certificate_pem);
}
bool TlsServer::wait_for_log(std::size_t count, Milliseconds limit) const {
  return loop_->wait_for_log(count, limit);
}

std::vector<TlsLogEntry> TlsServer::log_for(const std::string& path) const {
  const auto wanted = path.starts_with('/') ? path : "/" + path;
  auto entries = loop_->log();
  std::erase_if(entries, [&](const TlsLogEntry& e) { return e.path != wanted; });
  return entries;
}

}  // namespace smx::vm
