#include "harness/spec/read_steps.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <map>

#include "harness/core/card_fault.h"
#include "harness/core/error.h"
#include "harness/core/keyboard.h"

namespace smx::spec {
namespace {

using StepKind = ScenarioStep::Kind;

const std::map<std::string, StepKind> kKinds{{"agent", StepKind::agent},
                                             {"insert-card", StepKind::insert_card},
                                             {"remove-card", StepKind::remove_card},
                                             {"card-fault", StepKind::card_fault},
                                             {"cut-network", StepKind::cut_network},
                                             {"restore-network", StepKind::restore_network}};
/// What only a target with a screen knows.
const std::map<std::string, StepKind> kScreenKinds{{"agent", StepKind::agent},
                                                   {"press", StepKind::press},
                                                   {"type", StepKind::type},
                                                   {"picture", StepKind::picture}};

std::optional<std::string> read_fault(const Value& value) {
  auto fault = read_text(value);
  if (!fault || *fault == kNoCardFault || parse_card_fault(*fault)) return fault;
  value.complain(fmt::format("{} is no fault that a card can have; write one of {}, {}", quote(*fault),
                             fmt::join(card_fault_names(), ", "), kNoCardFault));
  return std::nullopt;
}

std::optional<std::string> read_keys(const Value& value) try {
  auto keys = read_text(value);
  if (keys) chord(*keys);
  return keys;
} catch (const Error& e) {
  value.complain(e.what());
  return std::nullopt;
}

/// What a step of each kind says beside "do": the key, whether it must be there, and how it is read.
struct Argument {
  const char* key;
  bool required;
  std::function<std::optional<std::string>(const Value&)> read;
};
const std::map<StepKind, Argument> kArguments{
    {StepKind::agent, {"phase", false, read_id}},
    {StepKind::card_fault, {"fault", true, read_fault}},
    {StepKind::press, {"keys", true, read_keys}},
    {StepKind::type,
     {"credential", true, [](const Value& v) { return read_word(v, "credential that is typed", {"pin"}); }}},
    {StepKind::picture, {"name", true, read_id}}};

ScenarioStep read_step(const Value& value, const std::map<std::string, StepKind>& kinds) {
  Fields fields(value, "a step");
  ScenarioStep step;
  std::vector<std::string> words;
  for (const auto& [word, kind] : kinds) words.push_back(word);
  const auto what = fields.required("do");
  const auto word = what ? read_word(*what, "step", words) : std::nullopt;
  if (word) step.kind = kinds.at(*word);
  for (const auto& [kind, argument] : kArguments) {
    if (word && kind == step.kind) {
      const auto given = argument.required ? fields.required(argument.key) : fields.optional(argument.key);
      if (given) step.what = argument.read(*given).value_or("");
    } else if (const auto given = fields.optional(argument.key); given && word) {
      given->complain_at_key(fmt::format("a step \"{}\" has no \"{}\"", *word, argument.key));
    }
  }
  if (step.kind == StepKind::agent && step.what.empty()) step.what = "main";
  fields.finish();
  return step;
}

std::vector<ScenarioStep> read_list_of_steps(const Value& list,
                                             const std::map<std::string, StepKind>& kinds) {
  std::vector<ScenarioStep> steps;
  for (const auto& item : read_list(list, 1)) steps.push_back(read_step(item, kinds));
  const bool any =
      std::any_of(steps.begin(), steps.end(), [](const auto& s) { return s.kind == StepKind::agent; });
  if (!steps.empty() && !any) list.complain("no step runs the agent, so nothing would be observed");
  return steps;
}

/// From the moment at which a secret is typed until the guest has said what became of it, it may stand on the
/// screen in clear, where keys went astray.
void check_pictures(const Value& value, const std::vector<ScenarioStep>& steps) {
  bool secret_on_screen = false;
  for (const auto& step : steps) {
    if (step.kind == StepKind::type) secret_on_screen = true;
    if (step.kind == StepKind::agent) secret_on_screen = false;
    if (step.kind == StepKind::picture && secret_on_screen)
      value.complain(
          "a picture after \"type\" could show what was typed; let a step of the agent come first");
  }
}

}  // namespace

std::vector<ScenarioStep> read_steps(Fields& fields) {
  const auto list = fields.optional("steps");
  if (!list) return {{StepKind::agent, "main"}};
  return read_list_of_steps(*list, kKinds);
}

ScreenPart read_screen(const Value& value) {
  Fields fields(value, "a part at the screen");
  ScreenPart screen;
  if (const auto steps = fields.required("steps")) {
    screen.steps = read_list_of_steps(*steps, kScreenKinds);
    check_pictures(*steps, screen.steps);
  }
  if (fields.required("checks")) screen.checks = fields.texts("checks", read_id, 1);
  screen.time_limit = Milliseconds(fields.integer("time_limit_ms", 120000, 1000, 3600000));
  fields.finish();
  return screen;
}

}  // namespace smx::spec
