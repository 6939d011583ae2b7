#include "scenarios/agent/windows/smartcard/calais.h"

#include <algorithm>

#include "scenarios/agent/windows/smartcard/calais_match.h"
#include "scenarios/agent/windows/win32/registry.h"

namespace smx::agent {
namespace {

constexpr const char* kCards = "SOFTWARE\\Microsoft\\Cryptography\\Calais\\SmartCards";
constexpr std::size_t kLimit = 256;

std::vector<CalaisCard> cards_in(REGSAM view, bool is_32_bit) {
  std::vector<CalaisCard> cards;
  const RegistryKey all(HKEY_LOCAL_MACHINE, kCards, KEY_READ | view);
  for (const auto& name : all.children()) {
    if (cards.size() >= kLimit) break;
    const RegistryKey key(HKEY_LOCAL_MACHINE, std::string(kCards) + "\\" + name, KEY_READ | view);
    cards.push_back({name, key.bytes("ATR").value_or(Bytes{}), key.bytes("ATRMask").value_or(Bytes{}),
                     key.text("80000001").value_or(""), key.text("Crypto Provider").value_or(""), is_32_bit});
  }
  return cards;
}

bool is_64_bit_system() {
  BOOL redirected = FALSE;
  IsWow64Process(GetCurrentProcess(), &redirected);
  return sizeof(void*) == 8 || redirected != FALSE;
}

}  // namespace

std::vector<CalaisCard> calais_cards() {
  if (!is_64_bit_system()) return cards_in(0, true);
  auto cards = cards_in(KEY_WOW64_64KEY, false);
  for (auto& card : cards_in(KEY_WOW64_32KEY, true)) cards.push_back(std::move(card));
  return cards;
}

CalaisCard find_calais_card(const Bytes& atr) {
  const auto cards = cards_in(0, sizeof(void*) == 4);
  const auto found = std::find_if(cards.begin(), cards.end(), [&](const CalaisCard& card) {
    return !card.minidriver.empty() && matches_atr(atr, card.atr, card.mask);
  });
  return found == cards.end() ? CalaisCard{} : *found;
}

}  // namespace smx::agent
