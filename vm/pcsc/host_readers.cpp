#include "vm/pcsc/host_readers.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "vm/pcsc/pcsc_context.h"

namespace smx::vm {
namespace {

/// pcscd's own limit.
constexpr std::size_t kMostReaders = 16;

/// Names, each ended by a NUL, and one NUL more.
std::vector<std::string> reader_names(const PcscContext& context) {
  DWORD size = 0;
  auto result = ::SCardListReaders(context.get(), nullptr, nullptr, &size);
  if (result == SCARD_E_NO_READERS_AVAILABLE) return {};
  std::string all(size, '\0');
  if (result == SCARD_S_SUCCESS) result = ::SCardListReaders(context.get(), nullptr, all.data(), &size);
  if (result == SCARD_E_NO_READERS_AVAILABLE) return {};
  if (result != SCARD_S_SUCCESS)
    throw Error(ErrorKind::environment, "pcscd does not list its readers: " + pcsc_reason(result));
  std::vector<std::string> names;
  for (std::size_t at = 0; at < all.size() && names.size() < kMostReaders;) {
    const auto end = all.find('\0', at);
    if (end == std::string::npos || end == at) break;
    names.push_back(all.substr(at, end - at));
    at = end + 1;
  }
  return names;
}

std::string names_of(const std::vector<HostReader>& readers) {
  std::string text;
  for (const auto& reader : readers) text += (text.empty() ? "\"" : ", \"") + reader.name + "\"";
  return text;
}

[[noreturn]] void no_such_reader(const std::vector<HostReader>& readers, const std::string& device) {
  std::vector<std::string> names;
  for (const auto& reader : readers) names.push_back(reader.name);
  const auto like = closest(device, names);
  throw Error(ErrorKind::environment,
              fmt::format("no reader of this host is named \"{}\"{}; there are: {}", device,
                          like.empty() ? "" : "; did you mean \"" + like + "\"?", names_of(readers)));
}

}  // namespace

std::vector<HostReader> host_readers() {
  const PcscContext context;
  std::vector<HostReader> readers;
  for (const auto& name : reader_names(context)) {
    SCARD_READERSTATE state{};
    state.szReader = name.c_str();
    state.dwCurrentState = SCARD_STATE_UNAWARE;
    if (::SCardGetStatusChange(context.get(), 0, &state, 1) != SCARD_S_SUCCESS) continue;  // it just went
    const auto is = [&](DWORD bit) { return (state.dwEventState & bit) != 0; };
    HostReader reader{name, is(SCARD_STATE_PRESENT), is(SCARD_STATE_EXCLUSIVE), is(SCARD_STATE_MUTE), {}};
    const auto size = std::min<std::size_t>(state.cbAtr, sizeof state.rgbAtr);
    if (reader.card) reader.atr.assign(state.rgbAtr, state.rgbAtr + size);
    readers.push_back(std::move(reader));
  }
  return readers;
}

HostReader choose_host_reader(const std::vector<HostReader>& readers, const std::string& device) {
  if (readers.empty())
    throw Error(ErrorKind::environment, "pcscd sees no reader on this host; plug one in, or see its log");
  std::vector<HostReader> fitting;
  for (const auto& reader : readers) {
    if (reader.name == device) return reader;
    if (lower(reader.name).find(lower(device)) != std::string::npos) fitting.push_back(reader);
  }
  if (fitting.empty()) no_such_reader(readers, device);
  const auto with_card =
      std::count_if(fitting.begin(), fitting.end(), [](const HostReader& r) { return r.card; });
  if (device.empty() && with_card == 1)
    return *std::find_if(fitting.begin(), fitting.end(), [](const HostReader& r) { return r.card; });
  if (fitting.size() > 1)
    throw Error(ErrorKind::environment,
                device.empty()
                    ? fmt::format("this host has {} readers; say which one by its name, or a part of it: {}",
                                  fitting.size(), names_of(fitting))
                    : fmt::format("{} readers of this host fit \"{}\"; write more of the name: {}",
                                  fitting.size(), device, names_of(fitting)));
  return fitting.front();
}

}  // namespace smx::vm
