#pragma once

#include "harness/core/model/matrix.h"
#include "harness/core/model/observation.h"
#include "harness/core/time_types.h"
#include "vm/card/transport/vsc_server.h"
#include "vm/reader/reader_session.h"
#include "vm/reader/real_card.h"
#include "vm/safety/guarded_card.h"

namespace smx::vm {

/// A real card of this host in QEMU's reader. See RelayReaderProvider.
class RelaySession : public ReaderSession, private PhysicalCard {
 public:
  /// Shows that the owner's PIN is right, by the ledger's rules, when it was given. Listens on
  /// folder/card.sock when it returns. `lease` is given back once the card is free again. Throws
  /// Error(environment).
  RelaySession(std::shared_ptr<const void> lease, const std::string& reader, const Card& card,
               const CardSecrets& owner, const std::filesystem::path& ledgers,
               const std::filesystem::path& folder, Milliseconds greeting_limit);
  /// Brings the card back to its original PIN, whatever happened.
  ~RelaySession() override;

  void attach_to(MachineSpec& spec) override { spec.card_socket = server_->socket(); }
  std::vector<Fact> attachment(const std::string& live_domain_xml) override;
  void remove_card() override { server_->set_inserted(false); }
  void insert_card() override { server_->set_inserted(true); }
  void set_fault(const std::string& fault) override;
  CardState state() override;
  void restore() override;
  const CardCredentials& credentials() const override { return credentials_; }
  std::string take_trace() override { return card_.relay.take_trace(); }
  PhysicalCard* physical() override { return this; }

 private:
  std::string pin_refusal() override;
  std::string take_refusals() override { return guard_->take_refusals(); }

  /// Takes the card out of the guest's reader when it was taken out of the host's.
  class Ejector {
   public:
    void set(VscServer* server);
    void eject();

   private:
    std::mutex mutex_;
    VscServer* server_ = nullptr;
    bool gone_ = false;
  };

  std::unique_ptr<GuardedCard> make_guard(const Card& card);
  /// Only while no command of the guest is on its way.
  void put_back();

  const std::shared_ptr<const void> lease_;
  const CardSecrets owner_;
  const Milliseconds greeting_limit_;
  Ejector ejector_;
  RealCard card_;
  std::string unsafe_;  ///< why no PIN may be presented, for good; "" while one may
  int full_ = 0;        ///< the PIN's counter when full
  CardCredentials credentials_;
  std::unique_ptr<GuardedCard> guard_;
  std::unique_ptr<VscServer> server_;
};

}  // namespace smx::vm
