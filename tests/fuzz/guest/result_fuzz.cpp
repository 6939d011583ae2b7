#include <nlohmann/json.hpp>

#include "harness/prepare/msi_package.h"
#include "scenarios/verify/verify.h"
#include "tests/fuzz/fuzz_check.h"
#include "vm/boot/boot_strategy.h"
#include "vm/boot/windows_facts.h"

// What an agent printed, and what is concluded from it: facts, inventories, checks.

using namespace smx;

namespace {

/// No word of a guest alone proves a mode: of two modes at most one.
void hold_facts_against_modes(const nlohmann::json& details) {
  int proven = 0;
  for (const auto mode :
       {BootMode::normal, BootMode::safe_minimal, BootMode::safe_networking, BootMode::safe_command_prompt})
    if (vm::prove(vm::windows_mode_facts(mode, details), 3).proven) ++proven;
  FUZZ_CHECK(proven <= 1);
  FUZZ_CHECK(!vm::windows_reader_facts("08e6:4433", details).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto result = verify::parse_agent_result(bytes, "facts", "main", "n0nce");
  if (result.trouble) {
    FUZZ_CHECK(result.trouble->outcome != Outcome::passed);
    return 0;
  }
  FUZZ_CHECK(result.details && result.details->is_object());
  hold_facts_against_modes(*result.details);
  prepare::drivers_in(*result.details);
  for (const auto& check : result.checks) FUZZ_CHECK(check.by == "agent");
  FUZZ_CHECK(verify::fold(result.checks, {"never-reported"}).outcome != Outcome::passed);
  return 0;
}
