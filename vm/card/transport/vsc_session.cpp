#include "vm/card/transport/vsc_session.h"

#include <fmt/core.h>

#include "vm/card/iso7816/apdu.h"

namespace smx::vm {
namespace {

constexpr std::string_view kReaderName = "safemode-matrix";
/// QEMU sends one command and waits; a peer that lets this many pile up is not QEMU.
constexpr std::size_t kMostTasks = 4096;

}  // namespace

VscSession::VscSession(bool inserted) : inserted_(inserted) {
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
        fmt::format("the peer announced a message of more than {} bytes: it is not QEMU", kLargestVscPayload);
  }
}

void VscSession::handle(const VscMessage& message) {
  if (message.is(VscType::init)) {
    handle_init(message);
  } else if (message.is(VscType::error)) {
    handle_error(message);
  } else if (message.is(VscType::apdu)) {
    handle_apdu(message);
  } else if (message.is(VscType::flush)) {
    append_vsc(output_, VscType::flush_complete, message.reader, {});
  }
  // Everything else is of no concern to a card, as in libcacard's own client.
}

void VscSession::handle_init(const VscMessage& message) {
  const auto payload = message.payload;
  if (payload.size() < 8 || as_text(payload.first(4)) != "VSCD") {
    trouble_ = "the peer's Init does not say VSCD: it is not a QEMU card reader";
    return;
  }
  if (phase_ != Phase::waiting_for_init) return;  // QEMU answers our Init with a second one
  if (reader_wanted_)
    add_reader();
  else
    phase_ = Phase::without_reader;
}

void VscSession::add_reader() {
  phase_ = Phase::adding_reader;
  Bytes name(kReaderName.begin(), kReaderName.end());
  name.push_back(0);
  reader_ = kUndefinedReader;
  send(VscType::reader_add, name);
}

void VscSession::send(VscType type, ByteView payload) {
  append_vsc(output_, type, reader_, payload);
  unanswered_.push_back(type);
}

void VscSession::handle_error(const VscMessage& message) {
  const auto code = vsc_error_code(message);
  if (!code) {
    trouble_ = "the peer sent an Error of the wrong size";
    return;
  }
  if (unanswered_.empty()) return;
  const auto answered = unanswered_.front();
  unanswered_.pop_front();
  if (answered == VscType::atr) {
    // Of an ATR that was followed by a removal already, the answer says nothing any more.
    card_accepted_ = *code == 0 && inserted_ && attached() && !powering_ && unanswered_.empty();
  } else if (answered == VscType::reader_add && phase_ == Phase::adding_reader) {
    if (*code != 0) {
      trouble_ = fmt::format("QEMU did not accept the reader (VSC error {})", *code);
      return;
    }
    phase_ = Phase::attached;
    reader_ = message.reader;
    if (inserted_) announce_card();
  }
}

void VscSession::handle_apdu(const VscMessage& message) {
  if (!inserted_ || !attached()) {
    append_vsc(output_, VscType::apdu, message.reader, encode(sw::kNoDiagnosis));
  } else if (tasks_.size() == kMostTasks) {
    trouble_ = "the peer sends commands without end: it is not QEMU";
  } else {
    const auto payload = message.payload;
    tasks_.push_back(
        {CardTask::Kind::command, message.reader, insertion_, Bytes(payload.begin(), payload.end())});
  }
}

std::optional<CardTask> VscSession::next_task() {
  if (tasks_.empty()) return std::nullopt;
  auto task = std::move(tasks_.front());
  tasks_.pop_front();
  return task;
}

void VscSession::done(const CardTask& task, ByteView answer) {
  if (task.insertion != insertion_ || !inserted_ || !attached()) return;
  if (task.kind == CardTask::Kind::power_on) {
    powering_ = false;
    if (answer.empty()) return;  // no ATR: nothing that QEMU could be told of
    send(VscType::atr, answer);
  } else if (!answer.empty()) {
    append_vsc(output_, VscType::apdu, task.reader, answer);
  }
}

void VscSession::announce_card() {
  ++insertion_;
  powering_ = true;
  tasks_.push_back({CardTask::Kind::power_on, reader_, insertion_, {}});
}

void VscSession::forget_card() {
  tasks_.clear();
  tasks_.push_back({CardTask::Kind::power_off, reader_, ++insertion_, {}});
  powering_ = false;
  card_accepted_ = false;
}

void VscSession::set_inserted(bool inserted) {
  if (inserted == inserted_) return;
  inserted_ = inserted;
  if (!attached()) return;
  if (inserted) return announce_card();
  forget_card();
  send(VscType::card_remove, {});
}

void VscSession::set_reader_present(bool present) {
  if (present == reader_wanted_) return;
  reader_wanted_ = present;
  if (present && phase_ == Phase::without_reader) add_reader();
  if (present || phase_ == Phase::waiting_for_init) return;
  forget_card();
  send(VscType::reader_remove, {});
  phase_ = Phase::without_reader;
}

}  // namespace smx::vm
