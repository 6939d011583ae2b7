#include "vm/hypervisor/libvirt_machine.h"

#include <fmt/format.h>
#include <libvirt/libvirt-qemu.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "vm/hypervisor/domain_xml.h"
#include "vm/hypervisor/libvirt_error.h"
#include "vm/hypervisor/libvirt_screenshot.h"
#include "vm/hypervisor/picture.h"

namespace smx::vm {

namespace {

using Clock = std::chrono::steady_clock;
constexpr Milliseconds kPingLimit{2000};
constexpr Milliseconds kPingAgain{100};
constexpr std::size_t kGuestWords = 500;  // bytes of a guest's error message that are shown

DomainPtr start(LibvirtConnection& connection, const std::string& name, const std::string& xml,
                Milliseconds limit, const CancelToken& cancel) {
  try {
    return connection.create(xml, name, limit, cancel);
  } catch (...) {
    connection.watches().leave(name);
    throw;
  }
}

/// libvirt's complaint about an agent command: nothing when it means "no answer", else thrown as
/// Error(guest).
std::optional<std::string> agent_failure(const LibvirtFailure& failure) {
  const auto says = [&](const char* piece) { return failure.message.find(piece) != std::string::npos; };
  if (says("No complete agent response"))
    throw Error(
        ErrorKind::guest,
        "the guest's agent sent more than 10 MiB in one answer, which libvirt drops; the command's output "
        "must be smaller");
  if (says("not available due to an error"))
    throw Error(ErrorKind::guest,
                "the channel to the guest's agent is lost; the machine must be started again");
  switch (failure.code) {
    case VIR_ERR_AGENT_UNRESPONSIVE:
    case VIR_ERR_AGENT_UNSYNCED:
    case VIR_ERR_OPERATION_TIMEOUT: return std::nullopt;
    case VIR_ERR_NO_DOMAIN:
    case VIR_ERR_OPERATION_INVALID: throw Error(ErrorKind::guest, "the guest's machine has ended");
    default:
      throw Error(ErrorKind::guest,
                  "the guest's agent refuses: " + sanitize_guest_text(failure.message, kGuestWords));
  }
}

}  // namespace

LibvirtMachine::LibvirtMachine(std::shared_ptr<LibvirtConnection> connection, const std::string& name,
                               const std::string& xml, Milliseconds start_limit, const CancelToken& cancel)
    : name_(name),
      cancel_(cancel),
      connection_(std::move(connection)),
      watch_(connection_->watches().enter(name)),
      domain_(start(*connection_, name, xml, start_limit, cancel)),
      line_([this](const std::string& request, Milliseconds limit) { return call_agent(request, limit); },
            cancel),
      channel_([this](const std::string& request, Milliseconds limit) { return line_.ask(request, limit); },
               cancel) {}

LibvirtMachine::~LibvirtMachine() {
  end();
}

std::optional<std::string> LibvirtMachine::call_agent(const std::string& request, Milliseconds limit) {
  // libvirt counts in whole seconds; the line stops waiting at the exact time.
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(limit).count();
  char* reply = virDomainQemuAgentCommand(domain_.get(), request.c_str(),
                                          static_cast<int>(std::clamp<long>(seconds, 1, 3600)), 0);
  if (reply == nullptr) return agent_failure(last_failure());
  const std::unique_ptr<char, decltype(&std::free)> owner(reply, &std::free);
  return std::string(reply);
}

bool LibvirtMachine::wait_for_agent(Milliseconds limit) {
  const auto until = Clock::now() + limit;
  while (watch_->wait_for_agent(until, cancel_)) {
    const auto left = std::chrono::ceil<Milliseconds>(until - Clock::now());
    if (left <= Milliseconds(0)) return false;
    try {
      if (channel_.ping(std::min(left, kPingLimit))) return true;
    } catch (const Error&) {
      if (!watch_->end()) throw;
      return false;
    }
    // The port is open, but the agent does not answer yet.
    watch_->wait_for_end(std::min(until, Clock::now() + kPingAgain), cancel_);
  }
  cancel_.check();
  return false;
}

bool LibvirtMachine::wait_for_agent_to_leave(Milliseconds limit) {
  const bool left = watch_->wait_for_agent_to_leave(Clock::now() + limit, cancel_);
  cancel_.check();
  return left;
}

bool LibvirtMachine::wait_for_end(Milliseconds limit) {
  watch_->wait_for_end(Clock::now() + limit, cancel_);
  cancel_.check();
  return watch_->end().has_value();
}

MachineState LibvirtMachine::state() {
  if (const auto end = watch_->end()) return *end;
  int state = VIR_DOMAIN_NOSTATE, reason = 0;
  if (virDomainGetState(domain_.get(), &state, &reason, 0) < 0) {
    const LibvirtFailure failure = last_failure();
    if (failure.code == VIR_ERR_NO_DOMAIN) return watch_->end().value_or(MachineState::stopped);
    throw explain(failure, "ask for the state of the machine " + name_);
  }
  switch (state) {
    case VIR_DOMAIN_RUNNING:
    case VIR_DOMAIN_BLOCKED: return MachineState::running;
    case VIR_DOMAIN_PAUSED:
    case VIR_DOMAIN_PMSUSPENDED: return MachineState::paused;
    case VIR_DOMAIN_SHUTDOWN: return MachineState::stopped;
    case VIR_DOMAIN_CRASHED: return MachineState::crashed;
    case VIR_DOMAIN_SHUTOFF:
      return reason == VIR_DOMAIN_SHUTOFF_CRASHED || reason == VIR_DOMAIN_SHUTOFF_FAILED
                 ? MachineState::crashed
                 : MachineState::stopped;
    default:
      throw Error(ErrorKind::internal,
                  fmt::format("libvirt reports the state {} for the machine {}, which this "
                              "program does not know",
                              state, name_));
  }
}

void LibvirtMachine::check_running() const {
  if (watch_->end()) throw Error(ErrorKind::guest, "the machine " + name_ + " has ended");
}

std::string LibvirtMachine::screenshot() {
  check_running();
  const auto picture = take_screenshot(*connection_, domain_.get(), name_);
  return picture.media_type == "image/png" ? picture.bytes : png_of_ppm(picture.bytes);
}

void LibvirtMachine::press(const std::vector<KeyChord>& chords) {
  check_running();
  constexpr unsigned kHeld = 50;  // ms; QEMU presses the next chord when this one is released
  for (auto keys : chords)
    if (virDomainSendKey(domain_.get(), VIR_KEYCODE_SET_LINUX, kHeld, keys.data(),
                         static_cast<int>(keys.size()), 0) < 0)
      throw_libvirt("press keys of the machine " + name_);
}

std::string LibvirtMachine::live_xml() {
  check_running();
  char* xml = virDomainGetXMLDesc(domain_.get(), 0);
  if (xml == nullptr) throw_libvirt("read the live domain of the machine " + name_);
  const std::unique_ptr<char, decltype(&std::free)> owner(xml, &std::free);
  return std::string(xml);
}

void LibvirtMachine::set_network(bool connected) {
  const auto interface = interface_with_link(live_xml(), connected);
  if (interface.empty())
    throw Error(ErrorKind::environment,
                "the machine " + name_ + " has no network whose cable could be pulled");
  if (virDomainUpdateDeviceFlags(domain_.get(), interface.c_str(), VIR_DOMAIN_AFFECT_LIVE) < 0)
    throw_libvirt("change the network link of the machine " + name_);
}

void LibvirtMachine::end() noexcept {
  std::call_once(ended_, [this] {
    watch_->ended(MachineState::stopped);  // one that ended by itself keeps its state
    try {
      connection_->destroy(domain_, name_);
    } catch (const std::exception& error) {
      // The caller could do no more; the run's leftovers are found again by their token.
      fmt::print(stderr, "safemode-matrix: {}\n", error.what());
    }
    line_.close();
    connection_->watches().leave(name_);
  });
}

}  // namespace smx::vm
