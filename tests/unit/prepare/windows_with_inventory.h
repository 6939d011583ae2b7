#pragma once

#include <functional>

#include "harness/run/fake_target.h"
#include "tests/unit/boot/fake_windows.h"
#include "vm/hypervisor/fake_hypervisor.h"

namespace smx::prepare::test {

/// A Windows in memory whose agent runs with administrator rights, that gives an inventory of its drivers, shuts
/// down or restarts when it is told to, and runs every other program without effect. `windows` outlives the
/// script's machines.
inline vm::FakeScript windows_with_inventory(vm::fake::Windows& windows,
                                             std::function<nlohmann::json()> inventory) {
  using nlohmann::json;
  auto script = windows.script();
  script.handlers["facts"] = [&windows](const vm::GuestCommand& c, vm::FakeGuest&) {
    auto facts = windows.facts();
    facts["administrator"] = true;
    return vm::GuestResult{.out = run::fake::result(c, json::array(), facts)};
  };
  script.handlers["inventory"] = [inventory = std::move(inventory)](const vm::GuestCommand& c,
                                                                    vm::FakeGuest&) {
    return vm::GuestResult{.out = run::fake::result(c, json::array(), inventory())};
  };
  script.handlers["C:\\Windows\\System32\\shutdown.exe"] = [](const vm::GuestCommand& c,
                                                              vm::FakeGuest& guest) {
    c.argv.at(1) == "/r" ? guest.restart() : guest.end();
    return vm::GuestResult{};
  };
  script.handlers["*"] = [](const vm::GuestCommand&, vm::FakeGuest&) { return vm::GuestResult{}; };
  return script;
}

}  // namespace smx::prepare::test
