#include "vm/reader/vsc_attachment.h"

#include <fmt/core.h>

#include "vm/reader/virtual_reader.h"

namespace smx::vm {

std::vector<Fact> vsc_attachment(const VscServer& server, const std::string& live_domain_xml,
                                 Milliseconds limit) {
  const auto expected = fmt::format("passthrough unix {}", server.socket().string());
  const auto device = smartcard_device_in(live_domain_xml);
  const bool ready = server.wait_until_ready(limit);
  const auto trouble = server.trouble();
  const auto state = ready                ? std::string("connected")
                     : server.connected() ? std::string("connected, but the card was not accepted")
                     : trouble.empty()    ? std::string("nobody has connected")
                                          : "not connected: " + trouble;
  return {{"smart card device", expected, device, device == expected, "live domain"},
          {"card's connection", "connected", state, ready, "card server"}};
}

}  // namespace smx::vm
