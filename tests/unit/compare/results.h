#pragma once

#include <map>
#include <string>

#include "harness/compare/compare.h"
#include "harness/core/model/observation.h"
#include "harness/core/model/plan.h"
#include "harness/core/types.h"

namespace smx::compare {

inline CellId cell_id(const std::string& scenario, BootMode mode = BootMode::safe_networking) {
  return {"t", mode, "r", scenario};
}

inline CellResult result(const std::string& scenario, std::optional<Outcome> outcome,
                         const std::string& cause = "", Mark mark = Mark::supported) {
  CellResult r;
  r.id = cell_id(scenario);
  r.outcome = outcome;
  r.cause = cause;
  r.mark = mark;
  r.input_key = "key";
  return r;
}

/// A run with these results, started so many hours after a fixed day.
inline RunSummary run(const std::string& id, std::vector<CellResult> cells, std::vector<Input> inputs = {}) {
  RunSummary summary;
  summary.id = id;
  summary.matrix = "m";
  summary.end = RunEnd::completed;
  summary.cells = std::move(cells);
  summary.inputs = std::move(inputs);
  return summary;
}

/// Evidence in memory, by hash.
class Pieces : public EvidenceReader {
 public:
  Evidence add(const std::string& name, const std::string& bytes) {
    const auto key = std::to_string(bytes_.size());
    const Evidence piece{name, std::string(64 - key.size(), '0') + key, bytes.size()};
    bytes_[piece.sha256] = bytes;
    return piece;
  }
  std::optional<std::string> read(const Evidence& evidence, std::size_t limit) override {
    const auto it = bytes_.find(evidence.sha256);
    if (it == bytes_.end()) return std::nullopt;
    return it->second.substr(0, limit);
  }

 private:
  std::map<std::string, std::string> bytes_;
};

}  // namespace smx::compare
