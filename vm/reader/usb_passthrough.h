#pragma once

#include <map>
#include <mutex>

#include "vm/reader/reader_lease.h"
#include "vm/reader/reader_session.h"
#include "vm/reader/usb_devices.h"
#include "vm/reader/virtual_reader.h"

namespace smx::vm {

/// Readers of kind `usb-passthrough`: a USB reader of this host, with the real card in it, given to the
/// guest.
///
/// What the card does is between it and the guest: the controller neither sees its APDUs nor moves it, so
/// `state` is not observable and faults are refused. One session at a time has a reader; the run holds its
/// lease.
class UsbPassthroughProvider : public ReaderProvider {
 public:
  /// `gate` outlives this, and this its sessions.
  explicit UsbPassthroughProvider(ReaderGate& gate, SecretsByCard secrets = {}, UsbPlaces places = {});

  /// Before anything boots: that the reader is there, free and permitted. Leases it for the run and gives its
  /// description. Throws Error(environment).
  std::string prepare(const Reader& reader);

  /// Blocks while another session of this run has the reader. Throws as `prepare`, Error(usage) for a
  /// certificate file that cannot be read, Cancelled.
  std::unique_ptr<ReaderSession> open(const Reader& reader, const Card& card,
                                      const std::filesystem::path& folder) override;

 private:
  UsbReader find(const Reader& reader);
  bool still_has_tries(const std::string& identity, int left);

  ReaderGate& gate_;
  const SecretsByCard secrets_;
  const UsbPlaces places_;
  std::mutex mutex_;
  std::map<std::string, int> most_tries_;    ///< seen in this run, by the reader's identity
  std::map<std::string, UsbReader> chosen_;  ///< by the matrix reader's id: what was found first
};

/// Pure: what a live domain's XML says of the host's USB devices in it: "usb 1:4", "none", "more than one",
/// or why the XML cannot be read.
std::string host_usb_device_in(const std::string& live_domain_xml);

}  // namespace smx::vm
