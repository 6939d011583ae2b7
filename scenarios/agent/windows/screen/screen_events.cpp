#include "scenarios/agent/windows/screen/screen_events.h"

#include <cstdio>

#include "scenarios/agent/windows/logon/logon_errors.h"

namespace smx::agent {
namespace {

constexpr std::size_t kMostShown = 32;

std::string hexadecimal(std::uint32_t status) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%08x", static_cast<unsigned>(status));
  return text;
}

}  // namespace

void record(Details& details, const std::vector<LogonEvent>& events) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < events.size() && i < kMostShown; ++i) texts.push_back(describe(events[i]));
  details.set({"screen", "events"}, texts);
}

void report_refusal(ScenarioContext& context, const char* check, const LogonEvent& event) {
  context.details.set({"screen", "status"}, hexadecimal(event.status));
  context.details.set({"screen", "substatus"}, hexadecimal(event.substatus));
  context.checks.failed(check, logon_cause(event.status, event.substatus),
                        "Windows refused the card's holder: " + describe(event));
}

}  // namespace smx::agent
