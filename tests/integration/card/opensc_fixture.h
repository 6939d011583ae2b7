#pragma once

#include <gmock/gmock.h>

#include <optional>

#include "harness/core/files.h"
#include "harness/core/process.h"
#include "tests/integration/card/pcscd_sandbox.h"
#include "tests/issued_card.h"
#include "vm/card/device/smart_card.h"
#include "vm/card/piv/piv_card.h"
#include "vm/lab/x509_text.h"
#include "vm/reader/card_files.h"

// A card in the reader of a private pcscd, for OpenSC's programs.

namespace smx::vm {

inline constexpr std::string_view kPin = "24681357", kPuk = "97531864";

/// Why there can be no sandbox; entered once, before any thread.
inline const std::string& reason_to_skip() {
  static const std::string reason = [] {
    for (const auto* tool :
         {"pkcs11-tool", "pkcs15-tool", "pkcs15-crypt", "piv-tool", "opensc-tool", "openssl"}) {
      if (!find_program(tool)) return std::string(tool) + " is not installed (Debian: opensc, openssl)";
    }
    return PcscdSandbox::enter();
  }();
  return reason;
}

class OpenScFixture : public ::testing::TestWithParam<KeyKind> {
 protected:
  /// The card; the management key is 3DES or AES by its own choice.
  virtual CreateCardOptions options() const {
    CreateCardOptions options;
    options.key = GetParam();
    return options;
  }
  void SetUp() override {
    if (!reason_to_skip().empty()) GTEST_SKIP() << reason_to_skip();
    pcscd_.emplace();
    card_.emplace(std::make_unique<MemoryCardStore>(
        issue_card(Secret(std::string(kPin)), Secret(std::string(kPuk)), options(), ca_)));
    reader_.emplace(*card_);
  }

  CommandResult run(std::vector<std::string> argv, std::map<std::string, std::string> env = {}) {
    Command command;
    command.argv = std::move(argv);
    command.env = std::move(env);
    command.cwd = folder_.path();
    auto result = run_command(command);
    result.out += result.err;
    return result;
  }
  /// "key.pem" and "card.pem" of a slot for the openssl program, from the certificate that the lab issued.
  void write_public_key(std::uint8_t slot) {
    file("card.pem", pem_of_certificate(certificate_of(card_->data(), slot).value()));
    file("key.pem", run({"openssl", "x509", "-pubkey", "-noout", "-in", "card.pem"}).out);
  }
  void file(const std::string& name, std::string_view text) {
    write_file_atomically(folder_.path() / name, text);
  }
  std::string content(const std::string& name) { return read_file(folder_.path() / name); }

  LabCa ca_;
  TempDir folder_{std::filesystem::temp_directory_path(), "opensc-"};
  std::optional<PcscdSandbox> pcscd_;
  std::optional<SmartCard> card_;
  std::optional<CardInHostReader> reader_;
};

inline std::string name_of_kind(const ::testing::TestParamInfo<KeyKind>& key) {
  return std::string(name(key.param));
}

}  // namespace smx::vm
