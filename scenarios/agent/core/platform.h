#pragma once

#include <memory>
#include <string>

#include "scenarios/agent/core/deadline.h"
#include "scenarios/agent/core/reporter.h"
#include "scenarios/agent/core/smart_cards.h"

namespace smx::agent {

/// The services that scenarios stand on, by their role; each system has its own names for them.
enum class SystemService { smart_card, network, certificate_propagation };

/// What a system says of a driver for the card in its reader.
struct CardDriver {
  CheckOutcome outcome = CheckOutcome::not_applicable;
  std::string cause;    ///< empty when passed
  std::string message;  ///< one line for a person
};

/// What the system under the agent is asked for. One implementation for each system.
class Platform {
 public:
  virtual ~Platform() = default;
  /// Asks the system to start the service and returns when it is usable. Throws StepFailure: all checks
  /// failed with `not-in-safeboot` when the boot mode does not start it, else failed with
  /// `no-smart-card-service`, `no-network` or `no-propagation-service`.
  virtual void require(SystemService service, const Deadline& deadline) = 0;
  /// The smart card service, started when it has to be (`require`).
  virtual std::unique_ptr<SmartCards> smart_cards(const Deadline& deadline) = 0;
  /// Whether the system has loaded a driver for the card with this ATR, which is in a reader; waits for one a
  /// little. Not applicable, cause `no-card-drivers`, on systems that have none.
  virtual CardDriver card_driver(const Bytes& atr, const Deadline& deadline) = 0;
  /// A folder for what lasts no longer than a boot.
  virtual std::string run_folder() const = 0;
  /// Text that one phase of a scenario leaves for the next. It does not survive a boot. `key` is a plain
  /// word.
  virtual void keep(const std::string& key, const std::string& text) = 0;
  /// What was kept, removed by this; empty when there is nothing.
  virtual std::string take(const std::string& key) = 0;
};

}  // namespace smx::agent
