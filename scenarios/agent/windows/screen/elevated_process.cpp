#include "scenarios/agent/windows/screen/elevated_process.h"

#include <memory>

#include "scenarios/agent/windows/logon/user_session.h"
#include "scenarios/agent/windows/win32/processes.h"
#include "scenarios/agent/windows/win32/text.h"
#include "scenarios/agent/windows/win32/tokens.h"

namespace smx::agent {
namespace {

/// A process, which ends with this object.
class Looked {
 public:
  Looked(std::uint32_t id, std::uint64_t began) : id_(id), began_(began) {}
  ~Looked() { end_process(id_, began_); }
  Looked(const Looked&) = delete;
  Looked& operator=(const Looked&) = delete;
  std::uint32_t id() const { return id_; }

 private:
  std::uint32_t id_;
  std::uint64_t began_;
};

std::unique_ptr<Looked> find_started(const ScreenState& state) {
  const auto program = lower(own_program());
  for (const auto id : processes_in_session(state.session, program.substr(program.rfind('\\') + 1))) {
    const auto times = times_of_process(id);
    if (id != state.process && times && times->began >= state.began &&
        lower(program_of_process(id)) == program)
      return std::make_unique<Looked>(id, times->began);
  }
  return nullptr;
}

Handle token_of(std::uint32_t id) {
  const Handle process(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, id));
  Handle token;
  if (process) OpenProcessToken(process.get(), TOKEN_QUERY, token.out());
  return token;
}

}  // namespace

void judge_elevated_process(ScenarioContext& context, const char* check, const ScreenState& state) {
  const auto started = find_started(state);
  if (!started)
    return context.checks.blocked(check, "system-trouble",
                                  "the process that the prompt started is not there to be looked at");
  const auto token = token_of(started->id());
  const auto owner = owner_of(token.get());
  const auto who = owner.domain + "\\" + owner.user + " (" + owner.sid + ")";
  context.details.set({"elevated_as"}, who);
  if (owner.sid != state.sid)
    context.checks.failed(check, "other-user", "the program was started as " + who);
  else if (!is_elevated(token.get()))
    context.checks.failed(check, "not-elevated", "the program was started as " + who + ", not elevated");
  else
    context.checks.passed(check, "the program was started elevated as " + who);
}

}  // namespace smx::agent
