#pragma once

#include <string>

#include "scenarios/agent/core/platform.h"

namespace smx::agent {

/// Windows. Services go through the service control manager; what is kept between phases is a value of a
/// volatile registry key, which the next boot does not have.
class WindowsPlatform : public Platform {
 public:
  void require(SystemService service, const Deadline& deadline) override;
  std::unique_ptr<SmartCards> smart_cards(const Deadline& deadline) override;
  CardDriver card_driver(const Bytes& atr, const Deadline& deadline) override;
  /// Windows' own folder for what need not last.
  std::string run_folder() const override;
  void keep(const std::string& key, const std::string& text) override;
  std::string take(const std::string& key) override;
};

/// Whether this process has administrators' rights that are in force: LocalSystem, or an elevated token.
bool is_administrator();

/// Ends the scenario (StepFailure: all checks blocked, `not-administrator`) where it has not. The document
/// asks for administrative credentials before anything else.
void require_administrator();

}  // namespace smx::agent
