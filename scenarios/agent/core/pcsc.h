#pragma once

#include <memory>
#include <string>

#include "scenarios/agent/core/smart_cards.h"

namespace smx::agent {

/// PC/SC through the winscard API, the same on Linux (pcsc-lite) and Windows.
/// `open` gives nothing when the service is not there (SCARD_E_NO_SERVICE and its like), so that the caller
/// can ask the system for it; any other refusal is a StepFailure with cause `no-smart-card-service`.
class Pcsc : public SmartCards {
 public:
  static std::unique_ptr<Pcsc> open();
  ~Pcsc() override;
  Pcsc(const Pcsc&) = delete;
  Pcsc& operator=(const Pcsc&) = delete;

  std::vector<std::string> readers() override;
  ReaderStatus status(const std::string& reader) override;
  ReaderStatus wait_for_change(const std::string& reader, const ReaderStatus& before,
                               Deadline::Duration limit) override;
  std::unique_ptr<CardConnection> connect(const std::string& reader) override;
  std::unique_ptr<SharedCard> connect_shared(const std::string& reader) override;

 private:
  struct Handle;
  explicit Pcsc(std::unique_ptr<Handle> handle);
  std::unique_ptr<Handle> handle_;
};

}  // namespace smx::agent
