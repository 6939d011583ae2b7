#include "scenarios/agent/windows/rows/network_prompt.h"

#include "scenarios/agent/core/http_answer.h"
#include "scenarios/agent/windows/logon/credential_prompt.h"
#include "scenarios/agent/windows/net/share.h"
#include "scenarios/agent/windows/rows/network_requirement.h"
#include "scenarios/agent/windows/screen/console.h"
#include "scenarios/agent/windows/screen/front_window.h"
#include "scenarios/agent/windows/screen/prompt_helper.h"
#include "scenarios/agent/windows/screen/prompt_watch.h"
#include "scenarios/agent/windows/screen/screen.h"
#include "scenarios/agent/windows/screen/screen_wait.h"
#include "scenarios/agent/windows/smartcard/card_credential.h"
#include "scenarios/agent/windows/win32/files.h"
#include "scenarios/agent/windows/win32/processes.h"
#include "scenarios/agent/windows/win32/system_error.h"
#include "scenarios/agent/windows/win32/wait_until.h"

namespace smx::agent {
namespace {

constexpr const char* kNetworkPrompt = "network-prompt";
constexpr const char* kBroker = "credentialuibroker.exe";  // shows the dialog since Windows 10
constexpr std::size_t kNamesLimit = 64;

void open_network_prompt(ScenarioContext& context) {
  require_network_resource(context);
  context.platform.require(SystemService::smart_card, context.deadline);
  ScreenState state;
  state.nonce = context.request.nonce;
  state.session = look_at_console().session;
  start_prompt_helper(context, state, kNetworkPrompt);
  keep_screen(context, state);
}

std::uint32_t dialog_process(const ScreenState& state) {
  const auto brokers = processes_in_session(state.session, kBroker);
  return brokers.empty() ? state.process : brokers.front();
}

void judge_connection(ScenarioContext& context, const ScreenState& state) {
  const auto ended = [&] { return !prompt_helper_runs(state); };
  if (!wait_until(screen_deadline(context), [&] { return ended() || prompt_is_answered(context); }))
    screen_not_reached("the dialog was not answered: the keys did not reach it");
  if (!wait_until(whole_deadline(context), ended))
    throw StepFailure(CheckOutcome::blocked, "no-answer",
                      "the dialog was answered, but opening the resource with it does not end");
  take_answer(context, kNetworkPrompt, context.checks, context.details);
}

void open_web_page(ScenarioContext& context, const Identity& identity) {
  const auto answer = ask_web_by_ticket(context.request.lab(), "/" + context.request.nonce + "-screen",
                                        &identity, context.deadline);
  const auto token = token_of_answer(answer);
  context.details.set({"prompt", "token"}, token);
  if (token.empty())
    context.checks.failed(kConnectedByScreen, "ticket-refused",
                          "the web server gave no token for the ticket");
  else
    context.checks.passed(kConnectedByScreen, "the web page, with the card's certificate from the dialog");
}

void open_share(ScenarioContext& context, const Identity& identity) {
  const auto& path = context.request.lab().share;
  const Share share(path, identity);
  context.details.set({"prompt", "share"}, error_text(share.error()));
  if (share.error() != NO_ERROR)
    return context.checks.failed(kConnectedByScreen, share_cause(share.error()),
                                 "the share " + path + ": " + error_text(share.error()));
  context.details.set({"prompt", "share_user"}, share.user());
  context.details.set({"prompt", "names"}, std::int64_t(names_in_folder(path, kNamesLimit).size()));
  context.checks.passed(kConnectedByScreen,
                        "the share " + path + ", with the card's certificate from the dialog");
}

PromptedCredential ask(ScenarioContext& context, const std::string& suggestion) {
  const FrontWindow window;
  context.details.set({"prompt", "in_front"}, window.is_in_front());
  const PromptWatch watch(context.deadline, {{kBroker}, true, window.get(), false});
  return prompt_for_credential(window.get(), suggestion);
}

void ask_at_desk(ScenarioContext& context) {
  const CardCredential card(context);
  const auto given = ask(context, card.user_name());
  context.details.set({"prompt", "dialog"}, error_text(given.error));
  if (given.error == ERROR_CANCELLED) screen_not_reached("the dialog was closed without an answer");
  if (given.error != 0)
    return context.checks.failed(
        kConnectedByScreen, given.error == ERROR_NOT_SAFEBOOT_SERVICE ? "not-in-safeboot" : "prompt-refused",
        "the dialog for credentials: " + error_text(given.error));
  if (!names_certificate(given.identity.user, card.certificate()))
    screen_not_reached(
        "the dialog was answered, but not with the card's certificate: the keys went to another tile");
  if (context.request.lab().share.empty()) return open_web_page(context, given.identity);
  open_share(context, given.identity);
}

}  // namespace

void run_network_prompt(ScenarioContext& context) {
  context.details.set({"proved"}, "screen");
  const auto& phase = context.request.phase;
  if (phase == kScreenOpen)
    return bring_up(context, kConnectedByScreen, [&] { open_network_prompt(context); });
  if (phase == kScreenReady)
    return bring_up(context, kConnectedByScreen,
                    [&] { wait_for_prompt(context, kept_screen(context), kNetworkPrompt, dialog_process); });
  conclude_screen(context, [&](const ScreenState& state) { judge_connection(context, state); });
}

/// The process that shows Windows' dialog for credentials on the console's desktop.
AgentScenario network_prompt() {
  return {kNetworkPrompt, {{"main", {kConnectedByScreen}}}, ask_at_desk};
}

}  // namespace smx::agent
