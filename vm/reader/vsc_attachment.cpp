#include "vm/reader/vsc_attachment.h"

#include <fmt/core.h>

#include <pugixml.hpp>

namespace smx::vm {

std::vector<Fact> vsc_attachment(const VscServer& server, const std::string& live_domain_xml,
                                 Milliseconds limit) {
  const auto expected = fmt::format("passthrough unix {}", server.socket().string());
  const auto device = smartcard_device_in(live_domain_xml);
  const bool ready = server.wait_until_ready(limit);
  const auto trouble = server.trouble();
  const auto state = ready                ? std::string("connected")
                     : server.connected() ? std::string("connected, but the card was not accepted")
                     : trouble.empty()    ? std::string("not connected")
                                          : "not connected: " + trouble;
  return {{"smart card device", expected, device, device == expected, "live domain"},
          {"card's connection", "connected", state, ready, "card server"}};
}

std::string smartcard_device_in(const std::string& live_domain_xml) {
  pugi::xml_document document;
  const auto parsed = document.load_buffer(live_domain_xml.data(), live_domain_xml.size());
  if (!parsed) return fmt::format("the domain's XML cannot be read: {}", parsed.description());
  const auto devices = document.child("domain").child("devices").children("smartcard");
  if (devices.begin() == devices.end()) return "none";
  if (std::next(devices.begin()) != devices.end()) return "more than one";
  const auto device = *devices.begin();
  return fmt::format("{} {} {}", device.attribute("mode").as_string("?"),
                     device.attribute("type").as_string("?"),
                     device.child("source").attribute("path").as_string("?"));
}

}  // namespace smx::vm
