#include "vm/reader/pcsc_list.h"

#include <PCSC/winscard.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "harness/core/text.h"

namespace smx::vm {
namespace {

constexpr DWORD kListLimit = 16 * MAX_READERNAME;  // pcscd has at most 16 readers

std::string trouble_of(LONG code) {
  switch (static_cast<std::uint32_t>(code)) {
    case 0x8010001d:  // SCARD_E_NO_SERVICE
      return "pcscd does not run; install the package pcscd, or start it (systemctl start pcscd.socket)";
    case 0x8010006a:  // SCARD_W_SECURITY_VIOLATION: polkit's refusal
      return "pcscd refuses this user; be root, or let polkit allow org.debian.pcsc-lite.access_pcsc";
    default:
      return fmt::format("pcscd cannot be asked (PC/SC error {:08x}); start it again",
                         static_cast<std::uint32_t>(code));
  }
}

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty() && list[0] != '\0') {
    const auto end = std::min(list.find('\0'), list.size());
    names.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return names;
}

PcscReader as_reader(const SCARD_READERSTATE& state) {
  const auto has = [&](DWORD flag) { return (state.dwEventState & flag) != 0; };
  PcscReader reader;
  reader.name = sanitize_guest_text(state.szReader, MAX_READERNAME);
  reader.card = has(SCARD_STATE_PRESENT);
  reader.in_use = has(SCARD_STATE_EXCLUSIVE);
  reader.mute = has(SCARD_STATE_MUTE);
  const auto size = std::min<std::size_t>(state.cbAtr, sizeof state.rgbAtr);
  if (reader.card) reader.atr_hex = to_hex({reinterpret_cast<const char*>(state.rgbAtr), size});
  return reader;
}

PcscList ask(SCARDCONTEXT context) {
  std::string list(kListLimit, '\0');
  DWORD size = kListLimit;
  auto code = SCardListReaders(context, nullptr, list.data(), &size);
  if (static_cast<std::uint32_t>(code) == 0x8010002e) return {};  // SCARD_E_NO_READERS_AVAILABLE
  if (code != SCARD_S_SUCCESS) return {trouble_of(code), {}};
  const auto names = split(std::string_view(list).substr(0, size));
  std::vector<SCARD_READERSTATE> states(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) states[i].szReader = names[i].c_str();
  code = SCardGetStatusChange(context, 0, states.data(), states.size());
  if (code != SCARD_S_SUCCESS) return {trouble_of(code), {}};
  PcscList result;
  for (const auto& state : states) result.readers.push_back(as_reader(state));
  return result;
}

}  // namespace

PcscList list_pcsc_readers() {
  SCARDCONTEXT context{};
  const auto code = SCardEstablishContext(SCARD_SCOPE_SYSTEM, nullptr, nullptr, &context);
  if (code != SCARD_S_SUCCESS) return {trouble_of(code), {}};
  const std::unique_ptr<const SCARDCONTEXT, void (*)(const SCARDCONTEXT*)> owner(
      &context, [](const SCARDCONTEXT* c) { SCardReleaseContext(*c); });
  return ask(context);
}

}  // namespace smx::vm
