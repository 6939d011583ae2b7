#include "scenarios/agent/windows/win32/network_interfaces.h"

#include <cstdint>

#include "scenarios/agent/windows/win32/system.h"
#include "scenarios/agent/windows/win32/text.h"
// after winsock2.h
#include <iphlpapi.h>

namespace smx::agent {
namespace {

template <typename Wanted>
std::vector<std::string> interfaces(Wanted wanted) {
  constexpr ULONG kLimit = 256u << 10;  // bytes; some hundred interfaces
  std::vector<std::uint64_t> buffer(kLimit / sizeof(std::uint64_t));
  auto* first = reinterpret_cast<IP_ADAPTER_ADDRESSES*>(buffer.data());
  ULONG size = kLimit;
  std::vector<std::string> names;
  if (GetAdaptersAddresses(AF_UNSPEC, GAA_FLAG_SKIP_DNS_SERVER | GAA_FLAG_SKIP_MULTICAST, nullptr, first,
                           &size) != ERROR_SUCCESS)
    return names;
  for (const auto* at = first; at != nullptr; at = at->Next)
    if (wanted(*at) && at->FriendlyName != nullptr) names.push_back(narrow(at->FriendlyName));
  return names;
}

}  // namespace

std::vector<std::string> network_interfaces() {
  return interfaces([](const IP_ADAPTER_ADDRESSES&) { return true; });
}

std::vector<std::string> working_network_interfaces() {
  return interfaces([](const IP_ADAPTER_ADDRESSES& i) {
    return i.OperStatus == IfOperStatusUp && i.IfType != IF_TYPE_SOFTWARE_LOOPBACK &&
           i.FirstUnicastAddress != nullptr;
  });
}

}  // namespace smx::agent
