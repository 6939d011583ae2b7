#pragma once

#include "vm/reader/relay_reader.h"
#include "vm/reader/virtual_reader.h"

namespace smx::cli {

/// Readers of every kind: each is opened by the provider of its own.
class Readers : public vm::ReaderProvider {
 public:
  /// `ca` outlives this.
  Readers(const vm::LabCa& ca, const vm::CardSecrets& secrets);
  std::unique_ptr<vm::ReaderSession> open(const Reader& reader, const Card& card,
                                          const std::filesystem::path& folder) override;
  /// What dead runs left on the real cards that `plan` boots with is made up for; what was done, and what
  /// could not be, one line each. Throws Error(environment).
  std::vector<std::string> make_up_for_crashes(const Plan& plan);

 private:
  vm::VirtualReaderProvider virtual_;
  vm::RelayReaderProvider relay_;
};

}  // namespace smx::cli
