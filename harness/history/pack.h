#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smx::history {

/// A cell's result as it is stored: numbers of the dictionary, 0 for an empty text; nine of them, little
/// endian, four bytes each.
struct PackedResult {
  std::uint32_t cell = 0;
  std::uint32_t flags = 0;  ///< of kCovered, kFlaky
  std::uint32_t outcome = 0, cause = 0, message = 0, verdict = 0, mark = 0, input_key = 0, from_run = 0;
  bool operator==(const PackedResult&) const = default;
};
inline constexpr std::uint32_t kCovered = 1, kFlaky = 2;

std::string pack(const std::vector<PackedResult>& results);
std::string pack(const std::vector<std::uint32_t>& numbers);

/// Reads packed results in place; the bytes must outlive it. Throws Error(usage) when they are not whole.
class PackedResults {
 public:
  explicit PackedResults(std::string_view bytes);
  std::size_t size() const { return bytes_.size() / kBytes; }
  PackedResult at(std::size_t i) const;
  std::uint32_t cell(std::size_t i) const;

 private:
  static constexpr std::size_t kBytes = 36;
  std::string_view bytes_;
};

/// Throws Error(usage) when the bytes are not whole.
std::vector<std::uint32_t> unpack_numbers(std::string_view bytes);

}  // namespace smx::history
