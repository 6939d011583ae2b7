#pragma once

#include <nlohmann/json.hpp>
#include <vector>

namespace smx {

/// An array of the items' JSON forms, each as the `to_json` of its namespace gives it.
template <class T>
nlohmann::json array_of(const std::vector<T>& items) {
  auto array = nlohmann::json::array();
  for (const auto& item : items) array.push_back(to_json(item));
  return array;
}

}  // namespace smx
