#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace smx::testing {

/// What is wrong with `value` under `schema`, each as "/pointer: what"; empty when nothing is. Knows the
/// keywords that this project's schemas use and throws std::logic_error at any other, so that none is
/// silently ignored: type, const, enum, anyOf, $ref (into $defs), required, properties, propertyNames,
/// additionalProperties, items, minimum, pattern.
std::vector<std::string> schema_faults(const nlohmann::json& schema, const nlohmann::json& value);

}  // namespace smx::testing
