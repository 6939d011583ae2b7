#include "harness/core/model/plan.h"

#include <algorithm>

#include "harness/core/error.h"

namespace smx {
namespace {

template <class T>
const T& find_by_id(const std::vector<T>& items, const std::string& id, const char* what) {
  const auto it = std::find_if(items.begin(), items.end(), [&](const T& item) { return item.id == id; });
  if (it == items.end())
    throw Error(ErrorKind::internal, std::string("the plan has no ") + what + " \"" + id + "\"");
  return *it;
}

}  // namespace

std::string CellId::str() const {
  return target + "/" + std::string(name(mode)) + "/" + reader + "/" + scenario;
}

const Target& Plan::target(const std::string& id) const {
  return find_by_id(matrix.targets, id, "target");
}
const Reader& Plan::reader(const std::string& id) const {
  return find_by_id(matrix.readers, id, "reader");
}
const Card& Plan::card(const std::string& id) const {
  return find_by_id(matrix.cards, id, "card");
}

}  // namespace smx
