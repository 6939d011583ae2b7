#include "scenarios/agent/core/pcsc.h"

#include <algorithm>

#include "scenarios/agent/core/pcsc_connection.h"
#include "scenarios/agent/core/pcsc_errors.h"
#include "scenarios/agent/core/reporter.h"

namespace smx::agent {

struct Pcsc::Handle {
  SCARDCONTEXT context{};
};

namespace {

constexpr std::size_t kReadersLimit = 64;
constexpr DWORD kListLimit = 64 * 128;  // bytes of the reader list

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

std::unique_ptr<Pcsc> Pcsc::open() {
  auto handle = std::make_unique<Handle>();
  const long code = SCardEstablishContext(SCARD_SCOPE_SYSTEM, nullptr, nullptr, &handle->context);
  if (pcsc_word(code) == 0x8010001d || pcsc_word(code) == 0x8010001e) return nullptr;
  check_pcsc(code, "opening the smart card service");
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
  if (pcsc_word(code) == 0x8010002e) return {};
  check_pcsc(code, "listing the readers");
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
  check_pcsc(SCardGetStatusChange(handle_->context, 0, &state, 1), "asking for the state of " + reader);
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
  if (pcsc_word(code) == 0x8010000a) return before;
  check_pcsc(code, "waiting for an event of " + reader);
  return as_status(state);
}

std::unique_ptr<CardConnection> Pcsc::connect(const std::string& reader) {
  return connect_exclusive(handle_->context, reader);
}

std::unique_ptr<SharedCard> Pcsc::connect_shared(const std::string& reader) {
  return agent::connect_shared(handle_->context, reader);
}

}  // namespace smx::agent
