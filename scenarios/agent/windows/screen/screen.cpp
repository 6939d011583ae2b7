#include "scenarios/agent/windows/screen/screen.h"

#include "scenarios/agent/windows/screen/prompt_helper.h"
#include "scenarios/agent/windows/screen/screen_wait.h"
#include "scenarios/agent/windows/win32/system_error.h"
#include "scenarios/agent/windows/win32/text.h"
#include "scenarios/agent/windows/win32/tokens.h"

namespace smx::agent {
namespace {

constexpr const char* kKept = "screen";

std::optional<ScreenState> kept(ScenarioContext& context) {
  auto state = screen_state(context.platform.take(kKept));
  if (!state || state->nonce != context.request.nonce) return std::nullopt;
  return state;
}

void clear_away(ScenarioContext& context) {
  if (const auto state = kept(context)) end_prompt_helper(context, *state);
}

}  // namespace

void bring_up(ScenarioContext& context, const char* check, const std::function<void()>& phase) {
  try {
    phase();
  } catch (const StepFailure& failure) {
    clear_away(context);
    if (failure.cause == "not-in-safeboot" || failure.cause == "no-audit" ||
        failure.cause == "screen-not-reached")
      throw;
    // Whatever else it is, no key was pressed yet, so it is not a failure of the row.
    screen_not_reached(failure.cause + ": " + failure.message);
  }
  context.checks.leave_for_later(check);
}

void conclude_screen(ScenarioContext& context, const std::function<void(const ScreenState&)>& phase) {
  const auto state = kept_screen(context);
  struct Clearing {
    ScenarioContext& context;
    ~Clearing() { clear_away(context); }
  } const clearing{context};
  try {
    phase(state);
  } catch (const StepFailure& failure) {
    // Only what the system said of the card's holder is a failure of the row, and that is reported.
    throw StepFailure(CheckOutcome::blocked, failure.cause, failure.message, true);
  }
}

void keep_screen(ScenarioContext& context, const ScreenState& state) {
  context.platform.keep(kKept, screen_state_text(state));
}

ScreenState kept_screen(ScenarioContext& context) {
  const auto state = kept(context);
  if (!state) screen_not_reached("the phase screen-open left nothing: it did not bring a prompt up");
  keep_screen(context, *state);
  return *state;
}

std::string card_holders_sid(ScenarioContext& context) {
  const auto& lab = context.request.lab();
  BYTE sid[SECURITY_MAX_SID_SIZE];
  wchar_t domain[256];
  DWORD size = sizeof sid, domain_size = 256;
  SID_NAME_USE use{};
  const auto name = lab.domain + "\\" + lab.user;
  if (LookupAccountNameW(nullptr, wide(name).c_str(), sid, &size, domain, &domain_size, &use) == 0)
    screen_not_reached("the account " + name + " is not known here: " + error_text(GetLastError()));
  return sid_text(sid);
}

}  // namespace smx::agent
