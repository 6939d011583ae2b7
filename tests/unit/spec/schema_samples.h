#pragma once

#include <string>
#include <vector>

namespace smx::spec {

/// A change to a good file that both the published schema and the loader must refuse.
struct BadSample {
  std::string schema;   ///< "matrix"
  std::string pointer;  ///< where the good file of that schema is changed
  std::string value;    ///< JSON put there; "" takes the key out
};

/// A good file for each schema, by name.
std::string good_sample(const std::string& schema);

std::vector<BadSample> bad_samples();

/// Changes that only the loader can refuse: a schema knows no other files, calendars and repetitions of ids.
std::vector<BadSample> loader_only_samples();

}  // namespace smx::spec
