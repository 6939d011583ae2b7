#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/core/time_types.h"

namespace smx::journal {

/// "20261124-093012-5f3c": eight digits, six digits, four hex digits.
bool is_run_id(const std::string& text);

/// The runs of this user: one folder each below `runs/`, named by the run's id.
class RunStore {
 public:
  explicit RunStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// A new id such as "20261124-093012-5f3c", not in use. `now` is UTC.
  std::string new_id(TimePoint now) const;
  std::filesystem::path folder(const std::string& id) const { return folder_ / id; }

  /// Ids, newest first.
  std::vector<std::string> list() const;
  /// "latest", an id, the unambiguous beginning of one, or a path to a run's folder. Throws Error(usage).
  std::filesystem::path find(const std::string& name) const;
  /// Whether this store has the run and no controller holds it. Of a run that is not here it says nothing:
  /// false.
  bool is_dead(const std::string& id) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace smx::journal
