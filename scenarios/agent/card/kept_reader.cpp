#include "scenarios/agent/card/kept_reader.h"

#include <charconv>

namespace smx::agent {

ReaderStatus KeptReader::status(bool card) const {
  ReaderStatus status;
  status.known = true;
  status.card = card;
  status.events = events;
  return status;
}

// The event counter, a space, the reader's name.
void keep_reader(Platform& platform, const std::string& key, const KeptReader& kept) {
  platform.keep(key, std::to_string(kept.events) + " " + kept.reader);
}

KeptReader take_reader(Platform& platform, const std::string& key) {
  const auto text = platform.take(key);
  KeptReader kept;
  const auto* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, kept.events);
  if (error != std::errc{} || rest == end || *rest != ' ')
    throw StepFailure(CheckOutcome::blocked, "earlier-check",
                      "the phase before this one left no reader's state");
  kept.reader.assign(rest + 1, end);
  return kept;
}

std::string counted(std::uint32_t from, std::uint32_t to) {
  return "event counter " + std::to_string(from) + " to " + std::to_string(to);
}

}  // namespace smx::agent
