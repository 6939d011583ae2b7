#include "harness/prepare/maintenance.h"

#include <fmt/format.h>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "vm/boot/bcdedit.h"

namespace smx::prepare {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr Milliseconds kFactsLimit = 60s;

/// Puts the agent in and has it tell of the guest; gives the call for more.
run::AgentCall prove(const Maintenance& with, vm::Machine& machine) {
  auto& channel = machine.channel();
  channel.put_file(with.strategy.agent_path(), with.agent, 0755);
  run::AgentCall agent(channel, with.strategy.agent_command());
  const auto facts = agent.run("facts", "main", run::new_nonce(), json::object(), kFactsLimit);
  if (facts.trouble)
    throw Error(ErrorKind::guest, "the agent does not tell of the guest: " + facts.trouble->message);
  const auto mode = vm::prove(with.strategy.mode_facts(BootMode::normal, facts.details), 3);
  for (const auto& fact : mode.facts)
    if (!fact.agrees)
      throw Error(ErrorKind::guest,
                  fmt::format("the guest is not in normal mode: {} is \"{}\", expected \"{}\"", fact.name,
                              fact.actual, fact.expected));
  const auto administrator =
      facts.details.is_object() ? facts.details.find("administrator") : facts.details.end();
  if (administrator == facts.details.end() || *administrator != true)
    throw Error(
        ErrorKind::guest,
        "the guest agent has no administrative credentials; its service QEMU-GA must run as LocalSystem, as "
        "virtio-win's installer sets it up");
  return agent;
}

void shut_down(const Maintenance& with, vm::Machine& machine) {
  with.progress("shutting Windows down");
  vm::shut_windows_down(machine.channel());
  if (!machine.wait_for_end(with.shutdown_limit))
    throw Error(ErrorKind::guest,
                fmt::format("the guest did not shut down within {} s", with.shutdown_limit.count() / 1000));
  if (machine.state() != vm::MachineState::stopped)
    throw Error(ErrorKind::guest, "the machine crashed while it was shut down");
}

/// A sentence for the error: where the picture is, or nothing.
std::string picture_of(const Maintenance& with, vm::Machine& machine) try {
  if (with.picture.empty() || machine.state() != vm::MachineState::running) return {};
  write_file_atomically(with.picture, machine.screenshot());
  return "; its screen is in " + with.picture.string();
} catch (const Error&) {
  return {};  // the reason for it all is what is told
}

}  // namespace

void maintain(const Maintenance& with, const vm::MachineSpec& spec, const Work& work) {
  with.progress("starting Windows in normal mode");
  const auto machine = with.hypervisor.start(spec, with.cancel);
  try {
    if (!machine->wait_for_agent(with.boot_limit))
      throw Error(
          ErrorKind::guest,
          fmt::format(
              "the guest agent did not answer within {} s; is virtio-win's guest agent installed in the "
              "image, with the virtio-serial driver?",
              with.boot_limit.count() / 1000));
    const auto agent = prove(with, *machine);
    work(*machine, agent);
    shut_down(with, *machine);
  } catch (const Error& e) {
    throw Error(e.kind(), e.what() + picture_of(with, *machine));
  }
}

}  // namespace smx::prepare
