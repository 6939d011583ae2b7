#include <fmt/format.h>

#include <array>
#include <charconv>

#include "vm/safety/pin_ledger.h"

// A ledger's line:  check kind pin left text
//   check   8 hex digits: the beginning of SHA-256 of the rest, from `kind` to the line's end
//   text    "-" when there is none

namespace smx::vm {
namespace {

using Kind = LedgerRecord::Kind;

struct Word {
  Kind kind;
  std::string_view word;
};
constexpr Word kWords[] = {
    {Kind::card, "card"},           {Kind::pin, "pin"},
    {Kind::change, "change"},       {Kind::changed, "changed"},
    {Kind::unchanged, "unchanged"}, {Kind::attempt, "try"},
    {Kind::right, "right"},         {Kind::wrong, "wrong"},
    {Kind::blocking, "blocking"},   {Kind::puk_wrong, "puk-wrong"},
    {Kind::anew, "anew"},           {Kind::clean, "clean"},
};

constexpr std::size_t kCheckSize = 8;

std::string check_of(std::string_view body) {
  return sha256_hex(body).substr(0, kCheckSize);
}

/// Cuts the first word off; nothing when there is none.
std::optional<std::string_view> cut(std::string_view& rest) {
  const auto end = rest.find(' ');
  const auto word = rest.substr(0, end);
  if (word.empty()) return std::nullopt;
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return word;
}

template <typename Number>
std::optional<Number> number(std::optional<std::string_view> word) {
  Number n = 0;
  if (!word) return std::nullopt;
  const auto* end = word->data() + word->size();
  const auto parsed = std::from_chars(word->data(), end, n);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  return n;
}

}  // namespace

std::string ledger_line(const LedgerRecord& record) {
  std::string_view word;
  for (const auto& w : kWords)
    if (w.kind == record.kind) word = w.word;
  const auto body =
      fmt::format("{} {} {} {}", word, record.pin, record.left, record.text.empty() ? "-" : record.text);
  return check_of(body) + " " + body + "\n";
}

std::optional<LedgerRecord> parse_ledger_line(std::string_view line) {
  if (line.size() <= kCheckSize || line[kCheckSize] != ' ') return std::nullopt;
  auto rest = line.substr(kCheckSize + 1);
  if (check_of(rest) != line.substr(0, kCheckSize)) return std::nullopt;
  const auto word = cut(rest);
  const auto pin = number<PinNumber>(cut(rest));
  const auto left = number<int>(cut(rest));
  const auto text = cut(rest);
  if (!word || !pin || !left || !text || !rest.empty()) return std::nullopt;
  for (const auto& w : kWords)
    if (w.word == *word)
      return LedgerRecord{w.kind, *pin, *left, *text == "-" ? std::string{} : std::string(*text)};
  return std::nullopt;
}

}  // namespace smx::vm
