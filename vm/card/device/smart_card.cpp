#include "vm/card/device/smart_card.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "harness/core/error.h"
#include "vm/card/gids/gids_application.h"
#include "vm/card/piv/piv_application.h"

namespace smx::vm {
namespace {

constexpr std::uint8_t kSelect = 0xa4, kGetResponse = 0xc0;
constexpr std::uint8_t kChaining = 0x10;
/// Room for the largest data object of PIV, a facial image of 12710 bytes; a chain past it is refused and
/// forgotten.
constexpr std::size_t kLongestChain = 16384;

}  // namespace

SmartCard::SmartCard(std::unique_ptr<CardStore> store) : memory_(std::move(store)) {
  install_application();
}

SmartCard::~SmartCard() = default;

/// One application a card, because Windows asks for PIV first and is content with it.
void SmartCard::install_application() {
  applications_.clear();
  if (memory_.data().application == "gids")
    applications_.push_back(std::make_unique<GidsApplication>(memory_));
  else
    applications_.push_back(std::make_unique<PivApplication>(memory_));
  selected_ = applications_.front().get();
}

Bytes SmartCard::atr() {
  const std::lock_guard lock(mutex_);
  return memory_.data().atr;
}

Bytes SmartCard::transmit(ByteView command) {
  const std::lock_guard lock(mutex_);
  std::string what;
  ResponseApdu response;
  try {
    response = answer(command, what);
  } catch (const Error& e) {
    // The only thing below that throws is the card's memory; a real card says the same of a worn-out EEPROM.
    chain_.reset();
    response = sw::kMemoryFailure;
    trace_.event(full_message(e));
  }
  trace_.exchange(what, command.size() > 5 ? command.size() - 5 : 0, response);
  return encode(response);
}

ResponseApdu SmartCard::answer(ByteView bytes, std::string& what) {
  const auto command = parse_command(bytes);
  if (!command) {
    what = "no short APDU";
    chain_.reset();
    return sw::kWrongLength;
  }
  if ((command->cla & ~kChaining) != 0) {
    what = fmt::format("CLA {:02X}", command->cla);
    chain_.reset();
    return sw::kClaNotSupported;
  }
  if (command->ins == kGetResponse && command->cla == 0) {
    what = "GET RESPONSE";
    return get_response(*command);
  }
  waiting_.clear();  // a response that was not fetched is lost with the next command
  fetched_ = 0;
  return (command->cla & kChaining) != 0 ? link(*command, what) : complete(*command, what);
}

ResponseApdu SmartCard::link(const CommandApdu& command, std::string& what) {
  what = fmt::format("{} (part of a chain)", selected_->describe(command));
  const bool continues =
      chain_ && chain_->ins == command.ins && chain_->p1 == command.p1 && chain_->p2 == command.p2;
  if (!continues) chain_ = Chain{command.ins, command.p1, command.p2, {}};
  if (chain_->data.size() + command.data.size() > kLongestChain) {
    chain_.reset();
    return sw::kWrongLength;
  }
  append(chain_->data, command.data);
  return sw::kOk;
}

ResponseApdu SmartCard::complete(const CommandApdu& command, std::string& what) {
  auto chain = std::exchange(chain_, std::nullopt);
  if (!chain || chain->ins != command.ins || chain->p1 != command.p1 || chain->p2 != command.p2) {
    return limit_response(dispatch(command, what), command.le);
  }
  append(chain->data, command.data);
  auto joined = command;
  joined.data = chain->data;
  auto response = limit_response(dispatch(joined, what), command.le);
  wipe(chain->data);
  return response;
}

ResponseApdu SmartCard::dispatch(const CommandApdu& command, std::string& what) {
  const bool by_name = command.p1 == 0x04;
  if (command.ins == kSelect && (by_name || !selected_->selects_files())) {
    what = describe_select(command);
    return select(command);
  }
  what = selected_->describe(command);
  return selected_->process(command);
}

ResponseApdu SmartCard::select(const CommandApdu& command) {
  if (command.p1 != 0x04) return sw::kWrongP1P2;  // by name only
  if (command.data.size() > 16) return sw::kWrongLength;
  const auto found =
      std::ranges::find_if(applications_, [&](const auto& a) { return a->answers_to(command.data); });
  if (found == applications_.end()) return sw::kNotFound;  // the selected application stays selected
  const bool plain = command.p2 == 0x00;                   // first occurrence, answer with a template
  if (!plain && !found->get()->selects_files()) return sw::kWrongP1P2;
  if (found->get() != selected_) {
    selected_->reset();
    selected_ = found->get();
    selected_->reset();
  }
  return plain ? selected_->select() : selected_->process(command);
}

ResponseApdu SmartCard::get_response(const CommandApdu& command) {
  chain_.reset();
  if (command.p1p2() != 0) return sw::kWrongP1P2;
  if (!command.data.empty()) return sw::kWrongLength;
  if (waiting_.empty()) return sw::kConditionsNotSatisfied;
  const auto rest = ByteView(waiting_).subspan(fetched_);
  const auto part =
      rest.first(std::min({rest.size(), command.le.value_or(kMaxResponseData), kMaxResponseData}));
  ResponseApdu response{Bytes(part.begin(), part.end()), sw::kOk};
  fetched_ += part.size();
  if (fetched_ < waiting_.size()) {
    response.status = sw::more(waiting_.size() - fetched_);
  } else {
    waiting_.clear();
    fetched_ = 0;
  }
  return response;
}

ResponseApdu SmartCard::limit_response(ResponseApdu whole, std::optional<std::size_t> le) {
  const std::size_t now = std::min(le.value_or(0), whole.data.size());
  if (now == whole.data.size()) return whole;
  waiting_ = std::move(whole.data);
  fetched_ = now;
  return {Bytes(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(now)),
          sw::more(waiting_.size() - now)};
}

void SmartCard::reset_locked() {
  for (const auto& application : applications_) application->reset();
  selected_ = applications_.front().get();
  chain_.reset();
  waiting_.clear();
  fetched_ = 0;
}

void SmartCard::reset() {
  const std::lock_guard lock(mutex_);
  reset_locked();
}

CardStatus SmartCard::status() const {
  const std::lock_guard lock(mutex_);
  return {memory_.data().pin, memory_.data().puk, memory_.counters()};
}

CardData SmartCard::data() const {
  const std::lock_guard lock(mutex_);
  return memory_.data();
}

void SmartCard::replace(CardData data) {
  const std::lock_guard lock(mutex_);
  memory_.replace(std::move(data));
  install_application();
  reset_locked();
}

void SmartCard::note(const std::string& event) {
  const std::lock_guard lock(mutex_);
  trace_.event(event);
}

std::string SmartCard::take_trace() {
  const std::lock_guard lock(mutex_);
  return trace_.take();
}

}  // namespace smx::vm
