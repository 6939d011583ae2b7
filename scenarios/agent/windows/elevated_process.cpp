#include "scenarios/agent/windows/elevated_process.h"

#include "scenarios/agent/windows/processes.h"
#include "scenarios/agent/windows/text.h"
#include "scenarios/agent/windows/tokens.h"
#include "scenarios/agent/windows/user_session.h"

namespace smx::agent {
namespace {

/// A process in its own time, which ends with this object.
class Looked {
 public:
  explicit Looked(std::uint32_t id) : id_(id), times_(times_of_process(id)) {}
  ~Looked() {
    if (is_there() && own_) end_process(id_, times_->began);
  }
  Looked(const Looked&) = delete;
  Looked& operator=(const Looked&) = delete;
  bool is_there() const { return times_.has_value(); }
  /// Whether it is what the prompt was asked for; only such a process is ended.
  bool is_ours(const ScreenState& state) {
    DWORD session = 0;
    own_ = is_there() && times_->began >= state.began && ProcessIdToSessionId(id_, &session) != 0 &&
           session == state.session && lower(program_of_process(id_)) == lower(own_program());
    return own_;
  }

 private:
  std::uint32_t id_;
  std::optional<ProcessTimes> times_;
  bool own_ = false;
};

Handle token_of(std::uint32_t id) {
  const Handle process(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, id));
  Handle token;
  if (process) OpenProcessToken(process.get(), TOKEN_QUERY, token.out());
  return token;
}

}  // namespace

void judge_elevated_process(ScenarioContext& context, const char* check, const ScreenState& state,
                            std::uint32_t process) {
  Looked looked(process);
  if (!looked.is_ours(state))
    return context.checks.blocked(check, "system-trouble",
                                  "the process that the prompt started is not there to be looked at");
  const auto token = token_of(process);
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
