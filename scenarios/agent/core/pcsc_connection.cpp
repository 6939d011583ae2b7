#include "scenarios/agent/core/pcsc_connection.h"

#include <algorithm>
#include <thread>

#include "scenarios/agent/core/pcsc_errors.h"
#include "scenarios/agent/core/reporter.h"

namespace smx::agent {
namespace {

constexpr DWORD kResponseLimit = 1024;  // more than any short response or control answer
constexpr DWORD kProtocols = SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1;
constexpr std::uint32_t kSharingViolation = 0x8010000b;
/// Others may be at a card that was just inserted, as certificate propagation is, for a while.
constexpr Deadline::Duration kOthersLimit{15000};

/// False when they had their time.
bool wait_for_others(const Deadline& deadline) {
  std::this_thread::sleep_for(deadline.remaining(Deadline::Duration{50}));
  return !deadline.over();
}

/// The card's handle in one of the two ways to share it, and what both do with it.
struct Link {
  SCARDHANDLE card{};
  DWORD protocol = 0;

  Link(SCARDCONTEXT context, const std::string& reader, DWORD share) {
    const Deadline others(kOthersLimit);
    long code = 0;
    do {
      code = SCardConnect(context, reader.c_str(), share, kProtocols, &card, &protocol);
    } while (pcsc_word(code) == kSharingViolation && wait_for_others(others));
    check_pcsc(code, "connecting to the card in " + reader);
  }
  // Resets the card, so that no verified PIN outlives the connection.
  ~Link() { SCardDisconnect(card, SCARD_RESET_CARD); }
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  Bytes atr() {
    Bytes bytes(MAX_ATR_SIZE);
    DWORD size = dword(bytes.size());
    DWORD names = 0, state = 0, current = 0;
    check_pcsc(SCardStatus(card, nullptr, &names, &state, &current, bytes.data(), &size),
               "reading the card's ATR");
    bytes.resize(std::min<std::size_t>(size, bytes.size()));
    return bytes;
  }

  Bytes transmit(const Bytes& command) {
    const SCARD_IO_REQUEST* request = protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
    Bytes response(kResponseLimit);
    DWORD size = kResponseLimit;
    check_pcsc(
        SCardTransmit(card, request, command.data(), dword(command.size()), nullptr, response.data(), &size),
        "sending a command to the card");
    if (size < 2)
      throw StepFailure(CheckOutcome::failed, "card-mute", "the card answered without a status word");
    response.resize(std::min<std::size_t>(size, response.size()));
    return response;
  }

  void reconnect(DWORD share, DWORD initialization, const char* what) {
    check_pcsc(SCardReconnect(card, share, kProtocols, initialization, &protocol), what);
  }
};

class ExclusiveConnection : public CardConnection {
 public:
  ExclusiveConnection(SCARDCONTEXT context, const std::string& reader)
      : link_(context, reader, SCARD_SHARE_EXCLUSIVE) {}

  Bytes atr() override { return link_.atr(); }
  Bytes transmit(const Bytes& command) override { return link_.transmit(command); }

  Bytes control(std::uint32_t code, const Bytes& input) override {
    Bytes output(kResponseLimit);
    DWORD size = 0;
    check_pcsc(SCardControl(link_.card, code, input.data(), dword(input.size()), output.data(),
                            kResponseLimit, &size),
               "SCardControl");
    output.resize(std::min<std::size_t>(size, output.size()));
    return output;
  }

  // A driver without features may refuse the question itself; that is an answer too.
  Bytes features() override try { return control(SCARD_CTL_CODE(3400), {}); } catch (const StepFailure&) {
    return {};
  }

  void reset() override { link_.reconnect(SCARD_SHARE_EXCLUSIVE, SCARD_RESET_CARD, "resetting the card"); }

 private:
  Link link_;
};

class SharedConnection : public SharedCard {
 public:
  SharedConnection(SCARDCONTEXT context, const std::string& reader)
      : link_(context, reader, SCARD_SHARE_SHARED) {}

  Bytes atr() override { return link_.atr(); }
  Bytes transmit(const Bytes& command) override { return link_.transmit(command); }
  void begin() override { check_pcsc(SCardBeginTransaction(link_.card), "beginning a transaction"); }
  // A card that was reset or removed meanwhile has ended the transaction itself.
  void end() noexcept override { SCardEndTransaction(link_.card, SCARD_LEAVE_CARD); }
  void power_cycle() override {
    link_.reconnect(SCARD_SHARE_SHARED, SCARD_UNPOWER_CARD, "turning the card's power off and on");
  }
  void reconnect() override {
    link_.reconnect(SCARD_SHARE_SHARED, SCARD_LEAVE_CARD, "reconnecting to the card");
  }

 private:
  Link link_;
};

}  // namespace

std::unique_ptr<CardConnection> connect_exclusive(SCARDCONTEXT context, const std::string& reader) {
  return std::make_unique<ExclusiveConnection>(context, reader);
}

std::unique_ptr<SharedCard> connect_shared(SCARDCONTEXT context, const std::string& reader) {
  return std::make_unique<SharedConnection>(context, reader);
}

}  // namespace smx::agent
