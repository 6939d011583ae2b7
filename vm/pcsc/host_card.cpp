#include "vm/pcsc/host_card.h"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <mutex>
#include <thread>

#include "harness/core/error.h"
#include "vm/pcsc/pcsc_context.h"

namespace smx::vm {
namespace {

/// A short response: 256 bytes and the status word.
constexpr std::size_t kMostResponse = 258;
constexpr DWORD kProtocols = SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1;

}  // namespace

struct HostCard::Connection {
  PcscContext context;
  std::string reader;
  SCARDHANDLE card = 0;
  DWORD protocol = 0;
  mutable std::mutex mutex;
  std::string trouble;
  std::atomic<bool> abandoned{false};

  explicit Connection(const std::string& name) : reader(name) {
    const auto result =
        ::SCardConnect(context.get(), name.c_str(), SCARD_SHARE_EXCLUSIVE, kProtocols, &card, &protocol);
    if (result != SCARD_S_SUCCESS)
      throw Error(ErrorKind::environment, fmt::format("reader \"{}\": {}", name, pcsc_reason(result)));
  }
  ~Connection() { ::SCardDisconnect(card, SCARD_RESET_CARD); }

  void mark_lost(const std::string& why) {
    if (trouble.empty()) trouble = fmt::format("reader \"{}\": {}", reader, why);
  }
  void mark_lost(LONG result) {
    mark_lost(result == SCARD_W_REMOVED_CARD ? std::string("the card was taken out") : pcsc_reason(result));
  }
};

/// Waits in a context of its own for the card to go.
class HostCard::Watch {
 public:
  Watch(Connection& connection, std::function<void()> on_gone)
      : connection_(connection), on_gone_(std::move(on_gone)), thread_([this] { run(); }) {}
  ~Watch() {
    stop_ = true;
    // A cancel that comes before the wait begins is lost, so it is said until it was heard.
    while (!ended_) {
      ::SCardCancel(context_.get());
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    thread_.join();
  }

 private:
  void run() {
    if (wait_until_gone()) {
      {
        const std::lock_guard lock(connection_.mutex);
        connection_.mark_lost("the card was taken out");
      }
      if (on_gone_) on_gone_();
    }
    ended_ = true;
  }

  bool wait_until_gone() {
    SCARD_READERSTATE state{};
    state.szReader = connection_.reader.c_str();
    state.dwCurrentState = SCARD_STATE_UNAWARE;
    while (!stop_) {
      const auto result = ::SCardGetStatusChange(context_.get(), INFINITE, &state, 1);
      if (result == SCARD_E_CANCELLED || result == SCARD_E_TIMEOUT) continue;
      if (result != SCARD_S_SUCCESS || (state.dwEventState & SCARD_STATE_PRESENT) == 0) return !stop_;
      state.dwCurrentState = state.dwEventState;
    }
    return false;
  }

  Connection& connection_;
  std::function<void()> on_gone_;
  PcscContext context_;
  std::atomic<bool> stop_{false}, ended_{false};
  std::thread thread_;  // last: it uses what stands above
};

HostCard::HostCard(const std::string& reader, std::function<void()> on_gone)
    : connection_(std::make_unique<Connection>(reader)),
      watch_(std::make_unique<Watch>(*connection_, std::move(on_gone))) {}

HostCard::~HostCard() = default;

Bytes HostCard::atr() {
  const std::lock_guard lock(connection_->mutex);
  std::array<BYTE, MAX_ATR_SIZE> atr{};
  DWORD name_size = 0, atr_size = atr.size();
  const auto result =
      ::SCardStatus(connection_->card, nullptr, &name_size, nullptr, nullptr, atr.data(), &atr_size);
  if (result != SCARD_S_SUCCESS) {
    connection_->mark_lost(result);
    return {};
  }
  return {atr.begin(), atr.begin() + static_cast<std::ptrdiff_t>(atr_size)};
}

Bytes HostCard::transmit(ByteView command) {
  auto& c = *connection_;
  const std::lock_guard lock(c.mutex);
  if (c.abandoned || !c.trouble.empty()) return {};
  Bytes response(kMostResponse);
  DWORD size = kMostResponse;
  const auto* header = c.protocol == SCARD_PROTOCOL_T1 ? SCARD_PCI_T1 : SCARD_PCI_T0;
  const auto result =
      ::SCardTransmit(c.card, header, command.data(), command.size(), nullptr, response.data(), &size);
  if (result != SCARD_S_SUCCESS) {
    c.mark_lost(result);
    return {};
  }
  response.resize(size);
  return response;
}

void HostCard::reset() {
  auto& c = *connection_;
  const std::lock_guard lock(c.mutex);
  if (!c.trouble.empty()) return;
  const auto result =
      ::SCardReconnect(c.card, SCARD_SHARE_EXCLUSIVE, kProtocols, SCARD_RESET_CARD, &c.protocol);
  if (result != SCARD_S_SUCCESS) c.mark_lost(result);
}

void HostCard::abandon() noexcept {
  connection_->abandoned = true;
}

std::string HostCard::trouble() const {
  const std::lock_guard lock(connection_->mutex);
  return connection_->trouble;
}

}  // namespace smx::vm
