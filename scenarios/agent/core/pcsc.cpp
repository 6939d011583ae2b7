#include "scenarios/agent/core/pcsc.h"

#include "pcsc_headers.h"  // of the system that is built for

#include <algorithm>
#include <array>
#include <cstdio>
#include <thread>

#include "scenarios/agent/core/reporter.h"

namespace smx::agent {

struct Pcsc::Handle {
  SCARDCONTEXT context{};
};

namespace {

constexpr std::size_t kReadersLimit = 64;
constexpr DWORD kListLimit = 64 * 128;  // bytes of the reader list
constexpr DWORD kResponseLimit = 1024;  // more than any short response or control answer

// winscard's codes are macros of different types on different systems; only their low 32 bits are the same.
constexpr std::uint32_t word(long code) {
  return static_cast<std::uint32_t>(code);
}

// DWORD is 64 bits wide with pcsc-lite and 32 on Windows; what goes in here is bounded by 1 MiB or one hour.
template <typename Number>
constexpr DWORD dword(Number value) {
  return static_cast<DWORD>(value);
}

struct Known {
  std::uint32_t code;
  const char* cause;
  const char* text;
};

constexpr std::array kKnown{
    Known{0x8010001d, "no-smart-card-service", "the smart card service does not run (SCARD_E_NO_SERVICE"},
    Known{0x8010001e, "no-smart-card-service", "the smart card service stopped (SCARD_E_SERVICE_STOPPED"},
    Known{0x8010002e, "no-reader", "no smart card reader is there (SCARD_E_NO_READERS_AVAILABLE"},
    Known{0x80100009, "no-reader", "the reader is not known (SCARD_E_UNKNOWN_READER"},
    Known{0x80100017, "no-reader", "the reader is gone (SCARD_E_READER_UNAVAILABLE"},
    Known{0x8010000c, "no-card", "no smart card is in the reader (SCARD_E_NO_SMARTCARD"},
    Known{0x80100069, "no-card", "the card was removed (SCARD_W_REMOVED_CARD"},
    Known{0x80100066, "card-mute", "the card does not answer (SCARD_W_UNRESPONSIVE_CARD"},
    Known{0x80100067, "card-mute", "the card has no power (SCARD_W_UNPOWERED_CARD"},
    Known{0x8010000b, "card-in-use", "another program holds the card (SCARD_E_SHARING_VIOLATION"},
    Known{0x80100068, "card-reset", "another program reset the card (SCARD_W_RESET_CARD"},
    Known{0x80100016, "reader-refused", "the reader refused (SCARD_E_NOT_TRANSACTED"},
    Known{0x8010000a, "no-event", "the time is over (SCARD_E_TIMEOUT"},
};

const Known* known(long code) {
  const auto* found =
      std::find_if(kKnown.begin(), kKnown.end(), [&](auto& k) { return k.code == word(code); });
  return found == kKnown.end() ? nullptr : found;
}

void check(long code, const std::string& what) {
  if (word(code) == 0) return;
  throw StepFailure(CheckOutcome::failed, pcsc_cause(code), what + ": " + pcsc_message(code));
}

constexpr std::uint32_t kSharingViolation = 0x8010000b;
/// Others may be at a card that was just inserted, as certificate propagation is, for a while.
constexpr Deadline::Duration kOthersLimit{15000};

/// False when they had their time.
bool wait_for_others(const Deadline& deadline) {
  std::this_thread::sleep_for(deadline.remaining(Deadline::Duration{50}));
  return !deadline.over();
}

class Connection : public CardConnection {
 public:
  Connection(SCARDCONTEXT context, const std::string& reader) {
    const Deadline others(kOthersLimit);
    long code = 0;
    do {
      code = SCardConnect(context, reader.c_str(), SCARD_SHARE_EXCLUSIVE,
                          SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &card_, &protocol_);
    } while (word(code) == kSharingViolation && wait_for_others(others));
    check(code, "connecting to the card in " + reader);
  }
  ~Connection() override { SCardDisconnect(card_, SCARD_RESET_CARD); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Bytes atr() override {
    Bytes bytes(MAX_ATR_SIZE);
    DWORD size = dword(bytes.size());
    DWORD names = 0, state = 0, protocol = 0;
    check(SCardStatus(card_, nullptr, &names, &state, &protocol, bytes.data(), &size),
          "reading the card's ATR");
    bytes.resize(std::min<std::size_t>(size, bytes.size()));
    return bytes;
  }

  Bytes transmit(const Bytes& command) override {
    const SCARD_IO_REQUEST* request = protocol_ == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
    Bytes response(kResponseLimit);
    DWORD size = kResponseLimit;
    check(
        SCardTransmit(card_, request, command.data(), dword(command.size()), nullptr, response.data(), &size),
        "sending a command to the card");
    if (size < 2)
      throw StepFailure(CheckOutcome::failed, "card-mute", "the card answered without a status word");
    response.resize(std::min<std::size_t>(size, response.size()));
    return response;
  }

  Bytes control(std::uint32_t code, const Bytes& input) override {
    Bytes output(kResponseLimit);
    DWORD size = 0;
    check(SCardControl(card_, code, input.data(), dword(input.size()), output.data(), kResponseLimit, &size),
          "SCardControl");
    output.resize(std::min<std::size_t>(size, output.size()));
    return output;
  }

  // A driver without features may refuse the question itself; that is an answer too.
  Bytes features() override try { return control(SCARD_CTL_CODE(3400), {}); } catch (const StepFailure&) {
    return {};
  }

  void reset() override {
    check(SCardReconnect(card_, SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1,
                         SCARD_RESET_CARD, &protocol_),
          "resetting the card");
  }

 private:
  SCARDHANDLE card_{};
  DWORD protocol_ = 0;
};

DWORD as_state(const ReaderStatus& status) {
  DWORD flags = !status.known ? DWORD{SCARD_STATE_UNKNOWN}
                : status.card ? DWORD{SCARD_STATE_PRESENT}
                              : DWORD{SCARD_STATE_EMPTY};
  if (status.mute) flags |= SCARD_STATE_MUTE;
  return flags | (dword(status.events) << 16);
}

ReaderStatus as_status(const SCARD_READERSTATE& state) {
  ReaderStatus status;
  status.known =
      (state.dwEventState & (SCARD_STATE_UNKNOWN | SCARD_STATE_UNAVAILABLE | SCARD_STATE_IGNORE)) == 0;
  status.card = (state.dwEventState & SCARD_STATE_PRESENT) != 0;
  status.mute = (state.dwEventState & SCARD_STATE_MUTE) != 0;
  status.events = static_cast<std::uint32_t>(state.dwEventState >> 16 & 0xffff);
  const auto size = std::min<std::size_t>(state.cbAtr, sizeof state.rgbAtr);
  if (status.card) status.atr.assign(state.rgbAtr, state.rgbAtr + size);
  return status;
}

}  // namespace

std::string pcsc_message(long code) {
  char digits[16];
  std::snprintf(digits, sizeof digits, "%08x", word(code));
  const auto* entry = known(code);
  if (entry) return std::string(entry->text) + ", " + digits + ")";
  return std::string("PC/SC error ") + digits;
}

const char* pcsc_cause(long code) {
  const auto* entry = known(code);
  return entry ? entry->cause : "pcsc-error";
}

std::unique_ptr<Pcsc> Pcsc::open() {
  auto handle = std::make_unique<Handle>();
  const long code = SCardEstablishContext(SCARD_SCOPE_SYSTEM, nullptr, nullptr, &handle->context);
  if (word(code) == 0x8010001d || word(code) == 0x8010001e) return nullptr;
  check(code, "opening the smart card service");
  return std::unique_ptr<Pcsc>(new Pcsc(std::move(handle)));
}

Pcsc::Pcsc(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}

Pcsc::~Pcsc() {
  SCardReleaseContext(handle_->context);
}

std::vector<std::string> Pcsc::readers() {
  std::string list(kListLimit, '\0');
  DWORD size = kListLimit;
  const long code = SCardListReaders(handle_->context, nullptr, list.data(), &size);
  if (word(code) == 0x8010002e) return {};
  check(code, "listing the readers");
  list.resize(std::min<std::size_t>(size, list.size()));
  std::vector<std::string> names;
  for (std::size_t at = 0; at < list.size() && list[at] != '\0' && names.size() < kReadersLimit;) {
    const auto end = std::min(list.find('\0', at), list.size());
    names.push_back(list.substr(at, end - at));
    at = end + 1;
  }
  return names;
}

ReaderStatus Pcsc::status(const std::string& reader) {
  SCARD_READERSTATE state{};
  state.szReader = reader.c_str();
  state.dwCurrentState = SCARD_STATE_UNAWARE;
  check(SCardGetStatusChange(handle_->context, 0, &state, 1), "asking for the state of " + reader);
  return as_status(state);
}

ReaderStatus Pcsc::wait_for_change(const std::string& reader, const ReaderStatus& before,
                                   Deadline::Duration limit) {
  SCARD_READERSTATE state{};
  state.szReader = reader.c_str();
  state.dwCurrentState = as_state(before);
  // Zero would mean "do not wait" on Windows and "for ever" in old pcsc-lite.
  const auto wait = std::max<Deadline::Duration::rep>(1, limit.count());
  const long code = SCardGetStatusChange(handle_->context, dword(wait), &state, 1);
  if (word(code) == 0x8010000a) return before;
  check(code, "waiting for an event of " + reader);
  return as_status(state);
}

std::unique_ptr<CardConnection> Pcsc::connect(const std::string& reader) {
  return std::make_unique<Connection>(handle_->context, reader);
}

}  // namespace smx::agent
