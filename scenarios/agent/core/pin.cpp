#include "scenarios/agent/core/pin.h"

#include <algorithm>
#include <random>

namespace smx::agent {

Pin random_pin(std::size_t length, std::initializer_list<const Pin*> others) {
  std::random_device source;
  std::uniform_int_distribution<int> digit(0, 9);
  for (;;) {
    std::string digits(length, '0');
    for (auto& c : digits) c = static_cast<char>('0' + digit(source));
    Pin pin(std::move(digits));
    if (std::none_of(others.begin(), others.end(), [&](const Pin* other) { return pin.same_as(*other); }))
      return pin;
  }
}

}  // namespace smx::agent
