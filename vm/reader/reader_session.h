#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "harness/core/model/matrix.h"
#include "harness/core/model/observation.h"
#include "vm/card/device/card_credentials.h"
#include "vm/card/device/card_state.h"
#include "vm/hypervisor/hypervisor.h"

namespace smx::vm {

/// QEMU's emulated CCID reader, as vendor and product on a USB bus.
inline constexpr const char* kEmulatedReader = "08e6:4433";

/// A real card in a reader: what must be asked before a PIN is presented to it. Thread-safe.
class PhysicalCard {
 public:
  virtual ~PhysicalCard() = default;
  /// Why no PIN may be presented to the card now; "" when one may. Reads the retry counter without spending a
  /// try; where the controller cannot reach the card, that is the reason.
  virtual std::string pin_refusal() { return {}; }
  /// What the guest wanted of the card since the last call and did not get; "" when nothing.
  virtual std::string take_refusals() { return {}; }
  /// Told the retry counter before each PIN that the guest is given. False when the card has lost a try since
  /// an earlier time in this run: the PIN failed, and must not be presented again.
  virtual bool still_has_tries(int /*left*/) { return true; }
  /// `remove_card` and `insert_card` can be done.
  virtual bool moves() const { return true; }
  /// Why what the guest observes of the reader says nothing of the guest: the reader was unplugged. "" while
  /// it is there.
  virtual std::string reader_trouble() { return {}; }
};

/// A reader, with its card, for the time of one boot. Thread-safe.
class ReaderSession {
 public:
  virtual ~ReaderSession() = default;
  /// Puts the reader into the machine that is about to be started.
  virtual void attach_to(MachineSpec& spec) = 0;
  /// Controller-side facts of the attachment: the device in the live domain, the card's socket connected.
  virtual std::vector<Fact> attachment(const std::string& live_domain_xml) = 0;
  virtual void remove_card() = 0;
  virtual void insert_card() = 0;
  /// Makes something go wrong with the card from now on, until `restore` (docs/card.md). Throws Error(usage)
  /// for anything that is not a fault, Error(environment) when this reader's card is a real one.
  virtual void set_fault(const std::string& fault) = 0;
  virtual CardState state() = 0;
  /// Puts the card back into the state and the reader that the session began with.
  virtual void restore() = 0;
  virtual const CardCredentials& credentials() const = 0;
  /// The APDUs since the last call, one a line, secrets masked.
  virtual std::string take_trace() = 0;

  /// Vendor and product that the guest's USB bus must show.
  virtual std::string usb_id() const { return kEmulatedReader; }
  /// What only a real card has (docs/real-cards.md); null for a card of the project's own, which may have
  /// anything done to it. Valid as long as the session.
  virtual PhysicalCard* physical() { return nullptr; }
};

/// Opens readers for a run.
class ReaderProvider {
 public:
  virtual ~ReaderProvider() = default;
  /// `folder` is short (a socket goes into it) and outlives the session. Throws Error(usage) for a card file
  /// that cannot be used, Error(environment) otherwise.
  virtual std::unique_ptr<ReaderSession> open(const Reader& reader, const Card& card,
                                              const std::filesystem::path& folder) = 0;
};

}  // namespace smx::vm
