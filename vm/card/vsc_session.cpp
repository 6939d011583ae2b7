#include "vm/card/vsc_session.h"

#include <fmt/core.h>

#include <algorithm>

namespace smx::vm {
namespace {

constexpr std::string_view kReaderName = "safemode-matrix";

}  // namespace

VscSession::VscSession(SmartCard& card, bool inserted) : card_(card), inserted_(inserted) {
  append_vsc(output_, VscType::init, kUndefinedReader, vsc_init_payload());
}

void VscSession::receive(ByteView bytes) {
  parser_.feed(bytes);
  while (trouble_.empty()) {
    const auto message = parser_.next();
    if (!message) break;
    handle(*message);
  }
  if (parser_.broken() && trouble_.empty()) {
    trouble_ =
        fmt::format("the peer announced a message of more than {} bytes: it is no QEMU", kLargestVscPayload);
  }
}

void VscSession::handle(const VscMessage& message) {
  if (message.is(VscType::init)) {
    handle_init(message);
  } else if (message.is(VscType::error)) {
    handle_error(message);
  } else if (message.is(VscType::apdu)) {
    const auto answer = inserted_ ? card_.transmit(message.payload) : encode(sw::kNoDiagnosis);
    append_vsc(output_, VscType::apdu, message.reader, answer);
  } else if (message.is(VscType::flush)) {
    append_vsc(output_, VscType::flush_complete, message.reader, {});
  }
  // Everything else is of no concern to a card, as in libcacard's own client.
}

void VscSession::handle_init(const VscMessage& message) {
  const auto payload = message.payload;
  if (payload.size() < 8 || as_text(payload.first(4)) != "VSCD") {
    trouble_ = "the peer's Init does not say VSCD: it is no QEMU card reader";
    return;
  }
  if (phase_ != Phase::waiting_for_init) return;  // QEMU answers our Init with a second one
  phase_ = Phase::adding_reader;
  Bytes name(kReaderName.begin(), kReaderName.end());
  name.push_back(0);
  append_vsc(output_, VscType::reader_add, kUndefinedReader, name);
}

void VscSession::handle_error(const VscMessage& message) {
  const auto code = vsc_error_code(message);
  if (!code) {
    trouble_ = "the peer sent an Error of the wrong size";
  } else if (phase_ == Phase::adding_reader) {
    if (*code != 0) {
      trouble_ = fmt::format("QEMU did not accept the reader (VSC error {})", *code);
      return;
    }
    phase_ = Phase::attached;
    reader_ = message.reader;
    if (inserted_) announce_card();
  } else if (waiting_for_atr_answer_) {
    waiting_for_atr_answer_ = false;
    card_accepted_ = *code == 0 && inserted_;
  }
}

void VscSession::announce_card() {
  card_.reset();
  append_vsc(output_, VscType::atr, reader_, card_.atr());
  waiting_for_atr_answer_ = true;
  card_.note("card inserted");
}

void VscSession::set_inserted(bool inserted) {
  if (inserted == inserted_) return;
  inserted_ = inserted;
  card_accepted_ = false;
  if (!attached()) return;
  if (inserted) {
    announce_card();
  } else {
    append_vsc(output_, VscType::card_remove, reader_, {});
    waiting_for_atr_answer_ = false;
    card_.note("card removed");
  }
}

}  // namespace smx::vm
