#pragma once

#include "scenarios/agent/core/agent_scenario.h"

namespace smx::agent {

/// A scenario's request without its secrets, for a process that needs none of them.
class WithoutSecrets {
 public:
  explicit WithoutSecrets(const ScenarioContext& context) : request_(context.request) {
    request_.credentials.clear();
  }
  const Request& request() const { return request_; }

 private:
  Request request_;
};

}  // namespace smx::agent
