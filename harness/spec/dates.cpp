#include "harness/spec/dates.h"

#include <fmt/format.h>

#include <chrono>

#include "harness/spec/fields.h"

namespace smx::spec {

bool is_date(const std::string& text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto number = [&](std::size_t from, std::size_t count) {
    int value = 0;
    for (auto i = from; i < from + count; ++i) {
      if (text[i] < '0' || text[i] > '9') return -1;
      value = value * 10 + (text[i] - '0');
    }
    return value;
  };
  const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
  if (year < 0 || month < 0 || day < 0) return false;
  return std::chrono::year_month_day(std::chrono::year(year),
                                     std::chrono::month(static_cast<unsigned>(month)),
                                     std::chrono::day(static_cast<unsigned>(day)))
      .ok();
}

std::optional<std::string> read_date(const Value& value) {
  auto text = read_text(value);
  if (!text || is_date(*text)) return text;
  value.complain(fmt::format("{} is no date; write year-month-day such as \"2026-11-24\"", quote(*text)));
  return std::nullopt;
}

}  // namespace smx::spec
