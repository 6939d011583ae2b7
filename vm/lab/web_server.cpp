#include "vm/lab/web_server.h"

#include <httplib.h>

#include <deque>
#include <mutex>
#include <thread>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "vm/lab/negotiate.h"
#include "vm/lab/x509_text.h"

namespace smx::vm {
namespace {

constexpr std::size_t kMostRequests = 4096;
constexpr std::size_t kMostBody = 64u << 10;
constexpr std::size_t kMostPath = 256;
constexpr std::size_t kThreads = 4;
constexpr time_t kClientLimit = 10;  ///< seconds
constexpr std::string_view kScheme = "Negotiate ";
constexpr std::string_view kCard = "card:";

std::string body_of(const Bytes& bytes) {
  return std::string(as_text(bytes));
}

std::string card_of(const std::vector<std::string>& indicators) {
  for (const auto& indicator : indicators)
    if (indicator.starts_with(kCard)) return indicator.substr(kCard.size());
  return {};
}

/// The token in an Authorization header; empty when there is none that can be one.
Bytes token_of(const httplib::Request& request) {
  const auto header = request.get_header_value("Authorization");
  if (!header.starts_with(kScheme)) return {};
  try {
    const auto token = base64_decode(header.substr(kScheme.size()));
    return {token.begin(), token.end()};
  } catch (const Error&) {
    return {};  // no base64, no token
  }
}

}  // namespace

struct WebServer::State {
  const LabCa& ca;
  const WebServerOptions options;
  const NegotiateAcceptor acceptor;
  httplib::Server server;
  int port = 0;
  mutable std::mutex mutex;
  std::deque<WebSeen> log;
  std::thread thread;

  State(const LabCa& authority, WebServerOptions with)
      : ca(authority), options(std::move(with)), acceptor(options.keytab, options.replays) {
    server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
    server.set_payload_max_length(kMostBody);
    server.set_read_timeout(kClientLimit);
    server.set_write_timeout(kClientLimit);
    server.set_keep_alive_max_count(1);
    // The library's own options would let two servers have one port.
    server.set_socket_options([](int) {});
    server.Get("/crl/root.crl", [this](const auto&, auto& response) {
      response.set_content(body_of(ca.root_revocation_list()), "application/pkix-crl");
    });
    server.Get("/crl/issuing.crl", [this](const auto&, auto& response) {
      response.set_content(body_of(ca.revocation_list()), "application/pkix-crl");
    });
    server.Post("/ocsp", [this](const auto& request, auto& response) {
      response.set_content(body_of(ca.answer_ocsp(as_bytes(request.body))), "application/ocsp-response");
    });
    server.Post("/enrol/.*", [this](const auto& request, auto& response) { enrol(request, response); });
    server.Get(".*", [this](const auto& request, auto& response) {
      auto seen = authenticate(request, response);
      if (!seen.user.empty()) response.set_content(seen.token, "text/plain");
      keep(std::move(seen));
    });
  }

  /// Refuses by 401 unless the client proves who it is.
  WebSeen authenticate(const httplib::Request& request, httplib::Response& response) const {
    WebSeen seen;
    seen.path = sanitize_guest_text(request.path, kMostPath);
    const auto token = token_of(request);
    NegotiateResult client;
    if (token.empty())
      client.trouble = "the client showed no ticket";
    else
      client = acceptor.accept(token);
    response.set_header("WWW-Authenticate", client.reply.empty()
                                                ? "Negotiate"
                                                : "Negotiate " + base64_encode(as_text(client.reply)));
    seen.user = client.user;
    seen.card_sha256 = card_of(client.indicators);
    seen.trouble = client.trouble;
    if (seen.user.empty())
      response.status = 401;
    else
      seen.token = to_hex(as_text(random_bytes(16)));
    return seen;
  }

  void enrol(const httplib::Request& request, httplib::Response& response) {
    auto seen = authenticate(request, response);
    if (!seen.user.empty()) {
      try {
        const auto key = public_key_of_request(request.body);
        const auto certificate = ca.issue_card_certificate(
            key, {seen.user.substr(0, seen.user.find('@')), seen.user}, CardKeyUse::authentication);
        seen.issued_sha256 = describe_certificate(certificate).sha256;
        response.set_content(pem_of_certificate(certificate), "application/x-pem-file");
      } catch (const Error& e) {
        seen.trouble = e.what();
        response.status = 400;
        response.set_content(seen.trouble, "text/plain");
      }
    }
    keep(std::move(seen));
  }

  void keep(WebSeen seen) {
    const std::lock_guard lock(mutex);
    log.push_back(std::move(seen));
    if (log.size() > kMostRequests) log.pop_front();
  }
};

WebServer::WebServer(const LabCa& ca, WebServerOptions options)
    : state_(std::make_unique<State>(ca, std::move(options))) {
  state_->port = state_->server.bind_to_any_port("127.0.0.1");
  if (state_->port <= 0)
    throw Error(ErrorKind::environment, "no free port on this host's loopback for the lab's web server");
  state_->thread = std::thread([state = state_.get()] { state->server.listen_after_bind(); });
  // The port is open already, but a `stop` before the thread has begun to serve it would be lost.
  while (!state_->server.is_running()) std::this_thread::yield();
}

WebServer::~WebServer() {
  state_->server.stop();
  state_->thread.join();
}

std::uint16_t WebServer::port() const {
  return static_cast<std::uint16_t>(state_->port);
}

std::vector<WebSeen> WebServer::log_for(const std::string& path) const {
  const std::lock_guard lock(state_->mutex);
  std::vector<WebSeen> found;
  for (const auto& seen : state_->log)
    if (seen.path == path) found.push_back(seen);
  return found;
}

}  // namespace smx::vm
