#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/model/observation.h"

namespace smx::vm {

/// Reads what a guest reported. It is untrusted: every function bears any JSON and gives nothing when the
/// thing is missing, of another type or too large (4096 bytes of text, 4096 entries).
class GuestFacts {
 public:
  /// `facts` must outlive this object.
  explicit GuestFacts(const nlohmann::json& facts) : facts_(facts) {}

  std::optional<std::string> text(const std::string& key) const;
  /// Every entry must be text, or nothing is given.
  std::optional<std::vector<std::string>> texts(const std::string& key) const;
  std::optional<std::string> text_in(const std::string& object, const std::string& key) const;
  /// Only a whole number: neither 84.0 nor true.
  std::optional<std::int64_t> integer_in(const std::string& object, const std::string& key) const;

 private:
  const nlohmann::json& facts_;
};

/// A fact of the agent's; `actual` is made safe to show, and "(not reported)" for nothing.
Fact agent_fact(std::string name, std::string expected, const std::optional<std::string>& actual,
                bool agrees);

}  // namespace smx::vm
