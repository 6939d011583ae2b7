#pragma once

#include "vm/card/gids/gids_security.h"
#include "vm/card/iso7816/application.h"
#include "vm/card/memory/card_memory.h"

namespace smx::vm {

/// The GIDS application (Generic Identity Device Specification, version 2), as Windows' class minidriver and
/// OpenSC use it: a file system of data objects under access conditions, RSA keys, a PIN, and an
/// administrator who authenticates with a Triple-DES key.
///
/// The table of commands and status words is in docs/card.md. Every change is one step of the card's memory.
class GidsApplication : public Application {
 public:
  /// What all files together may hold, and how many there may be: more is 6A84.
  static constexpr std::size_t kCapacity = 64 * 1024, kMostFiles = 256;

  /// `memory` outlives this.
  explicit GidsApplication(CardMemory& memory) : memory_(memory), security_(memory) {}

  bool answers_to(ByteView aid) const override;
  bool selects_files() const override { return true; }
  ResponseApdu select() override;
  void reset() override;
  ResponseApdu process(const CommandApdu& command) override;
  std::string describe(const CommandApdu& command) const override;

 private:
  /// What MANAGE SECURITY ENVIRONMENT set.
  struct Environment {
    std::uint8_t use = 0, mechanism = 0, key = 0;
  };

  const GidsFile* find(std::uint16_t id) const;
  /// Whether the access conditions of `id` let this operation happen now; an operation that they do not name
  /// never may.
  bool may(std::uint16_t id, std::uint8_t operation) const;
  /// The data file that P1 P2 mean, with the operation allowed, or why not.
  StatusWord data_file(const CommandApdu& command, std::uint8_t operation, std::uint16_t& id) const;
  /// The RSA key file with this reference, with the operation allowed, or why not.
  StatusWord key_file(std::uint8_t reference, std::uint8_t operation) const;
  bool has_room(std::size_t more) const;

  ResponseApdu select_file(const CommandApdu& command);
  ResponseApdu about_application(std::uint8_t what);
  ResponseApdu about_file(std::uint16_t id, std::uint8_t what) const;
  ResponseApdu create_file(const CommandApdu& command);
  ResponseApdu activate_file(const CommandApdu& command);
  ResponseApdu delete_file(const CommandApdu& command);
  ResponseApdu terminate(const CommandApdu& command);
  ResponseApdu get_data(const CommandApdu& command);
  ResponseApdu get_application_data(ByteView data) const;
  ResponseApdu put_data(const CommandApdu& command);
  ResponseApdu put_key(ByteView data);
  ResponseApdu put_admin_key(ByteView value);
  ResponseApdu generate_key(const CommandApdu& command);
  ResponseApdu manage_environment(const CommandApdu& command);
  ResponseApdu authenticate(const CommandApdu& command);
  ResponseApdu perform_operation(const CommandApdu& command);
  StatusWord may_use(std::uint8_t use) const;

  CardMemory& memory_;
  GidsSecurity security_;
  std::optional<std::uint16_t> current_;  ///< the selected file; none: the application
  std::optional<Environment> environment_;
};

}  // namespace smx::vm
