#include "vm/reader/virtual_reader.h"

#include <fmt/core.h>

#include "harness/core/error.h"
#include "vm/card/device/card_contents.h"
#include "vm/card/device/faulty_card.h"
#include "vm/card/device/smart_card.h"
#include "vm/card/file/file_card_store.h"
#include "vm/card/transport/vsc_server.h"
#include "vm/lab/x509_text.h"
#include "vm/reader/card_files.h"
#include "vm/reader/flawed_certificate.h"
#include "vm/reader/vsc_attachment.h"

namespace smx::vm {
namespace {

class VirtualReaderSession : public ReaderSession {
 public:
  VirtualReaderSession(std::unique_ptr<CardStore> store, CardCredentials credentials,
                       const std::filesystem::path& folder, Milliseconds greeting_limit, const LabCa& ca)
      : greeting_limit_(greeting_limit),
        ca_(ca),
        card_(std::move(store)),
        first_(card_.data()),
        credentials_(std::move(credentials)),
        server_(faulty_, folder / "card.sock") {
    faulty_.on_leave([this] { server_.eject(); });
  }

  void attach_to(MachineSpec& spec) override { spec.card_socket = server_.socket(); }

  std::vector<Fact> attachment(const std::string& live_domain_xml) override {
    return vsc_attachment(server_, live_domain_xml, greeting_limit_);
  }

  void remove_card() override { server_.set_inserted(false); }
  void insert_card() override { server_.set_inserted(true); }
  void set_fault(const std::string& text) override {
    card_.note("fault: " + text);
    if (text == kNoCardFault) return behave();
    const auto fault = require_card_fault(text);
    if (is_certificate_fault(fault.kind))
      card_.replace(with_flawed_certificate(card_.data(), fault.kind, ca_));
    faulty_.set(fault);
    if (fault.kind == FaultKind::reader_removal) server_.set_reader_present(false);
    if (fault.kind == FaultKind::wrong_atr) {  // a card's ATR is read when it is put in
      server_.set_inserted(false);
      server_.set_inserted(true);
    }
  }

  CardState state() override {
    const auto status = card_.status();
    return {.pin_tries_left = status.pin.tries_left,
            .pin_tries_max = status.pin.max_tries,
            .puk_tries_left = status.puk.tries_left,
            .puk_tries_max = status.puk.max_tries,
            .pin_is_initial = status.pin.is_initial,
            .puk_is_initial = status.puk.is_initial,
            .pin_changes = status.counters.pin_changes,
            .pin_blocks = status.counters.pin_blocks,
            .signatures = status.counters.signatures,
            .keys_made = status.counters.keys_made};
  }

  void restore() override {
    card_.replace(first_);
    behave();
  }

  const CardCredentials& credentials() const override { return credentials_; }
  std::string take_trace() override { return card_.take_trace(); }

 private:
  void behave() {
    faulty_.set(std::nullopt);
    server_.set_reader_present(true);
    server_.set_inserted(true);
  }

  const Milliseconds greeting_limit_;
  const LabCa& ca_;
  SmartCard card_;
  FaultyCard faulty_{card_};
  const CardData first_;  ///< what `restore` puts back
  const CardCredentials credentials_;
  VscServer server_;
};

CardCredentials credentials_of(const CardData& data, CardSecrets secrets) {
  CardCredentials credentials;
  credentials.pin = std::move(secrets.pin);
  credentials.puk = std::move(secrets.puk);
  credentials.atr_hex = hex(data.atr);
  if (data.application == "gids") {
    credentials.application = CardApplication::gids;
    credentials.admin_key = std::move(secrets.admin_key);
    credentials.puk = {};
  } else if (data.management_key && data.management_key->algorithm == ManagementAlgorithm::triple_des) {
    credentials.management_key = Secret(hex(as_bytes(data.management_key->key.reveal())));
  }
  if (const auto der = authentication_certificate(data))
    credentials.certificate_pem = pem_of_certificate(*der);
  return credentials;
}

/// A card, and what is known of it, before there is a socket.
struct OpenedCard {
  std::unique_ptr<CardStore> store;
  CardCredentials credentials;
};

OpenedCard open_new_card(const Card& card, const LabCa& ca) {
  const auto kind = parse_key_kind(card.key);
  if (!kind) {
    throw Error(
        ErrorKind::usage,
        fmt::format("card \"{}\": \"{}\" is not a kind of key; write \"rsa2048\", \"p256\" or \"p384\"",
                    card.id, card.key));
  }
  CreateCardOptions options;
  options.key = *kind;
  options.application = card.application;
  options.pin = random_digits(8);
  options.puk = random_digits(8);
  options.admin_key = random_admin_key();
  auto data = issue_card(options, ca);
  auto credentials = credentials_of(data, options);
  return {std::make_unique<MemoryCardStore>(std::move(data)), std::move(credentials)};
}

OpenedCard open_card_file(const Card& card, const CardSecrets& secrets, const std::filesystem::path& folder) {
  const auto data = FileCardStore(card.file).load();
  auto copy = std::make_unique<FileCardStore>(folder / "card.json");
  copy->save(data);
  return {std::move(copy), credentials_of(data, secrets)};
}

}  // namespace

VirtualReaderProvider::VirtualReaderProvider(const LabCa& ca, SecretsByCard secrets,
                                             Milliseconds greeting_limit)
    : ca_(ca), secrets_(std::move(secrets)), greeting_limit_(greeting_limit) {}

std::unique_ptr<ReaderSession> VirtualReaderProvider::open(const Reader& reader, const Card& card,
                                                           const std::filesystem::path& folder) {
  if (reader.kind != ReaderKind::virtual_reader) {
    throw Error(ErrorKind::usage,
                fmt::format("reader \"{}\" is of kind {}, which this version cannot open yet; use "
                            "\"virtual\"",
                            reader.id, name(reader.kind)));
  }
  auto opened =
      card.file.empty() ? open_new_card(card, ca_) : open_card_file(card, secrets_[card.id], folder);
  return std::make_unique<VirtualReaderSession>(std::move(opened.store), std::move(opened.credentials),
                                                folder, greeting_limit_, ca_);
}

}  // namespace smx::vm
