#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/spec/confirmations.h"
#include "harness/spec/document.h"
#include "harness/spec/read.h"

// Bytes as a file, read in every format. Held against nlohmann's parser: what one takes as JSON the other
// takes too, but for our limits. Problems are one line each and have a place.

namespace {

using namespace smx;
using namespace smx::spec;

void require(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "does not hold: " << what << "\n";
  std::abort();
}

void check_problems(const Problems& problems) {
  if (problems.empty()) return;
  std::size_t lines = 1;
  for (const auto c : problems.text()) {
    if (c == '\n') ++lines;
    require(c == '\n' || static_cast<unsigned char>(c) >= 0x20, "messages have no control characters");
  }
  require(lines == std::min<std::size_t>(problems.size(), 201), "one line for each problem");
}

/// nlohmann's parser does not look at the bytes of comments, and has no bounds.
bool limited(const Problems& problems) {
  const auto text = problems.text();
  return text.find("nested deeper than") != text.npos || text.find("values") != text.npos ||
         text.find("larger than") != text.npos || text.find("UTF-") != text.npos;
}

void read_as_everything(const std::string& bytes) {
  const Catalogue catalogue;
  const std::set<std::string> tables{"reference"};
  const auto each = [&](auto read) {
    Problems problems;
    if (const auto document = parse_document("f.json", bytes, problems)) read(*document, problems);
    check_problems(problems);
  };
  each([&](const Document& d, Problems& p) {
    read_matrix(d, "f.json", {"/nonexistent", catalogue, tables, p});
  });
  each([](const Document& d, Problems&) { read_scenario(d, {{"signature", {"signature-verified"}}}); });
  each([](const Document& d, Problems&) { read_waiver_file(d); });
  each([](const Document& d, Problems&) { read_exception_file(d); });
  each([](const Document& d, Problems& p) {
    auto table = read_support_table(d, "f.json");
    if (p.empty()) apply_confirmations(table, read_confirmations(d, table));
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  Problems problems;
  const auto document = parse_document("f.json", bytes, problems);
  const bool json = nlohmann::json::accept(bytes, /*ignore_comments=*/true);
  if (document) require(json, "what is read is JSON");
  if (!document) require(!problems.empty(), "what is not read has a problem");
  if (json && !document) require(limited(problems), problems.text().c_str());
  read_as_everything(bytes);
  return 0;
}
