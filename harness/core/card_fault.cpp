#include "harness/core/card_fault.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace smx {
namespace {

struct Word {
  std::string_view text;
  FaultKind kind;
};
constexpr std::array kWords{
    Word{"removal", FaultKind::removal},
    Word{"reader-removal", FaultKind::reader_removal},
    Word{"slow", FaultKind::slow},
    Word{"garbled-status", FaultKind::garbled_status},
    Word{"dead", FaultKind::dead},
    Word{"wrong-atr", FaultKind::wrong_atr},
    Word{"full", FaultKind::full},
    Word{"expired-certificate", FaultKind::expired_certificate},
    Word{"not-yet-valid-certificate", FaultKind::not_yet_valid_certificate},
    Word{"untrusted-certificate", FaultKind::untrusted_certificate},
    Word{"revoked-certificate", FaultKind::revoked_certificate},
};

constexpr std::chrono::milliseconds kUsualDelay{2000}, kLongestDelay{600000};

std::optional<std::chrono::milliseconds> parse_delay(std::string_view digits) {
  std::int64_t value = 0;
  const auto* end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, value);
  if (parsed.ec != std::errc{} || parsed.ptr != end || value < 1 || value > kLongestDelay.count())
    return std::nullopt;
  return std::chrono::milliseconds(value);
}

}  // namespace

std::optional<CardFault> parse_card_fault(std::string_view text) {
  if (text.starts_with("slow:")) {
    const auto delay = parse_delay(text.substr(5));
    return delay ? std::optional(CardFault{FaultKind::slow, *delay}) : std::nullopt;
  }
  const auto* found = std::ranges::find(kWords, text, &Word::text);
  if (found == kWords.end()) return std::nullopt;
  return CardFault{found->kind, found->kind == FaultKind::slow ? kUsualDelay : std::chrono::milliseconds(0)};
}

const std::vector<std::string>& card_fault_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const auto& word : kWords) list.emplace_back(word.text);
    return list;
  }();
  return names;
}

bool is_certificate_fault(FaultKind kind) {
  switch (kind) {
    case FaultKind::expired_certificate:
    case FaultKind::not_yet_valid_certificate:
    case FaultKind::untrusted_certificate:
    case FaultKind::revoked_certificate: return true;
    default: return false;
  }
}

}  // namespace smx
