#include "scenarios/agent/card/pin_port.h"

#include "scenarios/agent/card/gids_client.h"
#include "scenarios/agent/card/piv_client.h"
#include "scenarios/agent/core/reporter.h"

namespace smx::agent {
namespace {

class PivPinPort : public PinPort {
 public:
  PivPinPort(CardConnection& card, const Pin& puk) : card_(card), piv_(card), puk_(puk) {}

  void start_afresh() override { agent::start_afresh(card_, piv_); }
  StatusWord status() override { return piv_.pin_status(); }
  StatusWord verify(const Pin& pin) override { return piv_.verify(pin); }
  StatusWord change(const Pin& from, const Pin& to) override { return piv_.change_pin(from, to); }
  StatusWord unblock(const Pin& to) override { return piv_.unblock_pin(puk_, to); }

 private:
  CardConnection& card_;
  PivClient piv_;
  const Pin& puk_;
};

class GidsPinPort : public PinPort {
 public:
  GidsPinPort(CardConnection& card, const Pin& admin_key) : card_(card), gids_(card), admin_key_(admin_key) {}

  void start_afresh() override { agent::start_afresh(card_, gids_); }
  StatusWord status() override { return gids_.pin_status(); }
  StatusWord verify(const Pin& pin) override { return gids_.verify(pin); }
  StatusWord change(const Pin& from, const Pin& to) override { return gids_.change_pin(from, to); }
  StatusWord unblock(const Pin& to) override {
    const auto authenticated = gids_.authenticate_administrator(admin_key_);
    return authenticated.ok() ? gids_.reset_pin(to) : authenticated;
  }

 private:
  CardConnection& card_;
  GidsClient gids_;
  const Pin& admin_key_;
};

}  // namespace

const Pin& unblocking_credential(const Request& request) {
  return request.credential(request.application == CardApplication::gids ? "admin_key" : "puk");
}

std::unique_ptr<PinPort> open_pin_port(CardConnection& card, CardApplication application,
                                       const Pin& unblocker) {
  if (application == CardApplication::gids) return std::make_unique<GidsPinPort>(card, unblocker);
  return std::make_unique<PivPinPort>(card, unblocker);
}

StatusWord select_application(Transmitter& card, CardApplication application) {
  return application == CardApplication::gids ? GidsClient(card).select() : PivClient(card).select();
}

}  // namespace smx::agent
