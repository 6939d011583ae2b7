#include <fmt/core.h>

#include <charconv>
#include <condition_variable>
#include <mutex>

#include "harness/core/error.h"
#include "vm/card/device/card_contents.h"
#include "vm/card/device/faulty_card.h"
#include "vm/card/device/smart_card.h"
#include "vm/card/file/card_lock.h"
#include "vm/card/file/file_card_store.h"
#include "vm/card/transport/vpcd_client.h"
#include "vm/card/transport/vsc_server.h"
#include "vm/reader/card_files.h"
#include "vm/reader/flawed_certificate.h"

namespace smx::vm {
namespace {

struct VpcdAddress {
  std::string host = "127.0.0.1";
  std::uint16_t port = kVpcdPort;
};

VpcdAddress parse_vpcd(std::string_view text) {
  VpcdAddress address;
  const auto colon = text.find(':');
  if (!text.substr(0, colon).empty()) address.host = text.substr(0, colon);
  if (colon == std::string_view::npos) return address;
  const auto digits = text.substr(colon + 1);
  const auto* end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, address.port);
  if (parsed.ec != std::errc{} || parsed.ptr != end || address.port == 0) {
    throw Error(ErrorKind::usage,
                fmt::format("\"{}\" is not a port; write vpcd:127.0.0.1:{}", digits, kVpcdPort));
  }
  return address;
}

void wait_for(const CancelToken& cancel) {
  std::mutex mutex;
  std::condition_variable woken;
  bool cancelled = false;
  const CancelCallback wake(cancel, [&] {
    const std::lock_guard lock(mutex);
    cancelled = true;
    woken.notify_all();
  });
  std::unique_lock lock(mutex);
  woken.wait(lock, [&] { return cancelled; });
}

/// A card file that shows another certificate than it holds.
class FlawedStore : public CardStore {
 public:
  FlawedStore(std::unique_ptr<CardStore> store, FaultKind flaw, const LabCa& ca)
      : store_(std::move(store)), flaw_(flaw), ca_(ca) {}

  CardData load() override {
    auto data = store_->load();
    own_ = authentication_certificate(data).value_or(Bytes{});
    data = with_flawed_certificate(std::move(data), flaw_, ca_);
    shown_ = authentication_certificate(data).value_or(Bytes{});
    return data;
  }
  void save(const CardData& data) override {
    auto kept = data;
    // A certificate that was written meanwhile is kept as it is.
    if (authentication_certificate(kept) == shown_) set_authentication_certificate(kept, own_);
    store_->save(kept);
  }

 private:
  std::unique_ptr<CardStore> store_;
  FaultKind flaw_;
  const LabCa& ca_;
  Bytes own_, shown_;
};

std::unique_ptr<CardStore> open_store(const std::filesystem::path& file,
                                      const std::optional<CardFault>& fault, const LabCa& ca) {
  auto store = std::make_unique<FileCardStore>(file);
  if (!fault || !is_certificate_fault(fault->kind)) return store;
  return std::make_unique<FlawedStore>(std::move(store), fault->kind, ca);
}

void serve_in_pcscd(FaultyCard& card, std::string_view where, const CancelToken& cancel) {
  const auto address = parse_vpcd(where);
  CancelToken left;  // the driver takes the end of the connection for the card's removal
  const CancelCallback both(cancel, [&left] { left.cancel(); });
  card.on_leave([&left] { left.cancel(); });
  serve_vpcd(card, address.host, address.port, left);
}

}  // namespace

void serve_card(const std::filesystem::path& file, const std::string& where, const std::string& fault_text,
                const LabCa& ca, const CancelToken& cancel) {
  std::optional<CardFault> fault;
  if (!fault_text.empty()) fault = require_card_fault(fault_text);
  if (where.empty()) {
    throw Error(ErrorKind::usage, "nowhere to serve the card; name a socket's path, or vpcd:127.0.0.1");
  }
  const CardLock lock(file, fmt::format("served at {}", where));
  SmartCard card(open_store(file, fault, ca));
  FaultyCard faulty(card);
  faulty.set(fault);
  if (where.starts_with("vpcd:")) return serve_in_pcscd(faulty, std::string_view(where).substr(5), cancel);
  VscServer* reader = nullptr;
  faulty.on_leave([&] {
    if (fault->kind == FaultKind::reader_removal)
      reader->set_reader_present(false);
    else
      reader->eject();
  });
  VscServer server(faulty, where, false);
  reader = &server;
  server.set_inserted(true);
  wait_for(cancel);
}

}  // namespace smx::vm
