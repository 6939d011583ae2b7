#include "harness/history/pack.h"

#include "harness/core/error.h"
#include "harness/core/little_endian.h"

namespace smx::history {
namespace {

void append(std::string& bytes, std::uint32_t number) {
  for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(number >> shift & 0xff);
}

[[noreturn]] void throw_damaged() {
  throw Error(ErrorKind::usage, "the history holds a damaged run; rebuild it with `history import --anew`");
}

}  // namespace

std::string pack(const std::vector<PackedResult>& results) {
  std::string bytes;
  bytes.reserve(results.size() * 36);
  for (const auto& r : results)
    for (const auto number :
         {r.cell, r.flags, r.outcome, r.cause, r.message, r.verdict, r.mark, r.input_key, r.from_run})
      append(bytes, number);
  return bytes;
}

std::string pack(const std::vector<std::uint32_t>& numbers) {
  std::string bytes;
  bytes.reserve(numbers.size() * 4);
  for (const auto number : numbers) append(bytes, number);
  return bytes;
}

PackedResults::PackedResults(std::string_view bytes) : bytes_(bytes) {
  if (bytes.size() % kBytes != 0) throw_damaged();
}

std::uint32_t PackedResults::cell(std::size_t i) const {
  return le32(bytes_, i * kBytes);
}

PackedResult PackedResults::at(std::size_t i) const {
  const auto number = [&](std::size_t n) { return le32(bytes_, i * kBytes + n * 4); };
  return {number(0), number(1), number(2), number(3), number(4), number(5), number(6), number(7), number(8)};
}

std::vector<std::uint32_t> unpack_numbers(std::string_view bytes) {
  if (bytes.size() % 4 != 0) throw_damaged();
  std::vector<std::uint32_t> numbers;
  for (std::size_t at = 0; at < bytes.size(); at += 4) numbers.push_back(le32(bytes, at));
  return numbers;
}

}  // namespace smx::history
