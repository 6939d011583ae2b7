#include "vm/reader/usb_passthrough.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <pugixml.hpp>

#include "harness/core/error.h"

namespace smx::vm {
namespace {

std::string identity_of(const UsbReader& reader) {
  return fmt::format("usb {} port {}", reader.id, reader.port);
}

[[noreturn]] void cannot(const std::string& what) {
  throw Error(ErrorKind::environment,
              what + " is not possible with a reader of kind usb-passthrough; use a virtual one");
}

class UsbPassthroughSession : public ReaderSession, private PhysicalCard {
 public:
  UsbPassthroughSession(std::unique_ptr<ReaderGate::Pass> pass, UsbReader reader, CardCredentials credentials,
                        UsbPlaces places, std::function<bool(int)> still_has_tries)
      : still_has_tries_(std::move(still_has_tries)),
        pass_(std::move(pass)),
        reader_(std::move(reader)),
        credentials_(std::move(credentials)),
        places_(std::move(places)) {}

  void attach_to(MachineSpec& spec) override { spec.usb_device = HostUsbDevice{reader_.bus, reader_.device}; }

  std::vector<Fact> attachment(const std::string& live_domain_xml) override {
    const auto expected = fmt::format("usb {}:{}", reader_.bus, reader_.device);
    const auto device = host_usb_device_in(live_domain_xml);
    return {{"host device", expected, device, device == expected, "live domain"}, holder_fact()};
  }

  void remove_card() override { cannot("taking the card out"); }
  void insert_card() override { cannot("putting the card in"); }
  void set_fault(const std::string& fault) override { cannot("the fault \"" + fault + "\""); }
  CardState state() override {
    CardState unknown;
    unknown.observable = false;
    return unknown;
  }
  void restore() override {}  // nothing was done to it from here
  const CardCredentials& credentials() const override { return credentials_; }
  std::string take_trace() override { return {}; }
  std::string usb_id() const override { return reader_.id; }
  PhysicalCard* physical() override { return this; }

 private:
  bool moves() const override { return false; }
  bool still_has_tries(int left) override { return still_has_tries_(left); }
  std::string reader_trouble() override {
    if (now()) return {};
    return fmt::format("the reader {} was unplugged, or plugged in again, while the guest had it",
                       describe(reader_));
  }

  /// The same device at the same address, which another plugging in would have changed.
  std::optional<UsbReader> now() const {
    for (const auto& r : find_usb_readers(places_))
      if (r.port == reader_.port && r.id == reader_.id && r.bus == reader_.bus && r.device == reader_.device)
        return r;
    return std::nullopt;
  }

  /// That no driver and no program of this host has the device, but the hypervisor.
  Fact holder_fact() const {
    Fact fact{"holder of the reader on this host", "a hypervisor", "the reader is gone", false, "host"};
    const auto reader = now();
    if (!reader) return fact;
    const bool only_claims = std::all_of(reader->drivers.begin(), reader->drivers.end(),
                                         [](const std::string& d) { return d == "usbfs"; });
    const bool only_hypervisors = std::all_of(reader->holders.begin(), reader->holders.end(), [](auto& h) {
      return h.program.starts_with("qemu-") || h.program.starts_with("libvirt");
    });
    for (const auto& driver : reader->drivers)
      if (driver != "usbfs") return fact.actual = "the driver " + driver, fact;
    const auto who = holders_of(*reader);
    fact.actual = who.empty() ? "none" : who;
    fact.agrees = !who.empty() && only_claims && only_hypervisors;
    return fact;
  }

  const std::function<bool(int)> still_has_tries_;
  const std::unique_ptr<ReaderGate::Pass> pass_;
  const UsbReader reader_;
  const CardCredentials credentials_;
  const UsbPlaces places_;
};

}  // namespace

UsbPassthroughProvider::UsbPassthroughProvider(ReaderGate& gate, SecretsByCard secrets, UsbPlaces places)
    : gate_(gate), secrets_(std::move(secrets)), places_(std::move(places)) {}

UsbReader UsbPassthroughProvider::find(const Reader& reader) {
  const auto readers = find_usb_readers(places_);
  const std::lock_guard lock(mutex_);
  const auto before = chosen_.find(reader.id);
  if (before == chosen_.end()) return chosen_[reader.id] = choose_usb_reader(readers, reader.device);
  // The run goes on with the reader it began with, whatever else has been plugged in meanwhile.
  const auto& first = before->second;
  for (const auto& r : readers)
    if (r.port == first.port && r.id == first.id && r.serial == first.serial) return r;
  throw Error(ErrorKind::environment,
              fmt::format("the reader {} is gone; plug it into the same port again, and `safemode-matrix "
                          "resume` runs what is left",
                          describe(first)));
}

bool UsbPassthroughProvider::still_has_tries(const std::string& identity, int left) {
  const std::lock_guard lock(mutex_);
  auto& most = most_tries_[identity];
  most = std::max(most, left);
  return left == most;
}

std::string UsbPassthroughProvider::prepare(const Reader& reader) {
  const auto found = find(reader);
  // Before anything else: a run that has it has its machines' QEMU hold it too, and the run is the better
  // word.
  gate_.lease(identity_of(found));
  check_usable(found);
  return describe(found);
}

std::unique_ptr<ReaderSession> UsbPassthroughProvider::open(const Reader& reader, const Card& card,
                                                            const std::filesystem::path&) {
  CardCredentials credentials;
  if (const auto it = secrets_.find(card.id); it != secrets_.end()) {
    credentials.pin = it->second.pin;
    credentials.puk = it->second.puk;
  }
  if (!card.certificate.empty()) credentials.certificate_pem = read_file(card.certificate, 1u << 20);
  auto pass = gate_.enter(identity_of(find(reader)));
  auto found = find(reader);  // it may have been plugged in again while this waited
  check_usable(found);
  const auto identity = identity_of(found);
  return std::make_unique<UsbPassthroughSession>(
      std::move(pass), std::move(found), std::move(credentials), places_,
      [this, identity](int left) { return still_has_tries(identity, left); });
}

std::string host_usb_device_in(const std::string& live_domain_xml) {
  pugi::xml_document document;
  const auto parsed = document.load_buffer(live_domain_xml.data(), live_domain_xml.size());
  if (!parsed) return fmt::format("the domain's XML cannot be read: {}", parsed.description());
  const auto devices = document.child("domain").child("devices").children("hostdev");
  if (devices.begin() == devices.end()) return "none";
  if (std::next(devices.begin()) != devices.end()) return "more than one";
  const auto device = *devices.begin();
  const auto address = device.child("source").child("address");
  return fmt::format("{} {}:{}", device.attribute("type").as_string("?"),
                     address.attribute("bus").as_string("?"), address.attribute("device").as_string("?"));
}

}  // namespace smx::vm
