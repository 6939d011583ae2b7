#include "scenarios/agent/windows/win32/child.h"

#include <algorithm>
#include <memory>

#include "scenarios/agent/core/reporter.h"
#include "scenarios/agent/windows/win32/command_line.h"
#include "scenarios/agent/windows/win32/handle.h"
#include "scenarios/agent/windows/win32/system_error.h"
#include "scenarios/agent/windows/win32/text.h"
// after windows.h
#include <userenv.h>

namespace smx::agent {
namespace {

/// After a program's end its outputs are waited for this long: what it started may hold them open.
constexpr DWORD kLastWords = 2000;  // ms

struct Pipe {
  Handle read_end, write_end;
  Pipe() {
    if (CreatePipe(read_end.out(), write_end.out(), nullptr, 0) == 0)
      throw_trouble("making a pipe", GetLastError());
  }
};

/// A thread that moves bytes between a pipe and a text, since anonymous pipes know no waiting for two.
class Mover {
 public:
  using Work = void (*)(Mover&);
  Mover(Work work, HANDLE pipe, std::string& text, std::size_t limit)
      : work_(work), pipe_(pipe), text_(text), limit_(limit) {
    *thread_.out() = CreateThread(nullptr, 0, &Mover::begin, this, 0, nullptr);
    if (!thread_) throw_trouble("starting a thread", GetLastError());
  }
  ~Mover() { finish(0); }
  Mover(const Mover&) = delete;
  Mover& operator=(const Mover&) = delete;

  /// Waits for its end; cancels what it waits for itself when the time is over.
  void finish(DWORD milliseconds) {
    if (WaitForSingleObject(thread_.get(), milliseconds) == WAIT_OBJECT_0) return;
    stop_ = true;
    // It may just be between two calls: the next one is cancelled too.
    while (WaitForSingleObject(thread_.get(), 10) != WAIT_OBJECT_0) CancelSynchronousIo(thread_.get());
  }

  static void read(Mover& m) {
    char chunk[4096];
    DWORD got = 0;
    while (!m.stop_ && ReadFile(m.pipe_, chunk, sizeof chunk, &got, nullptr) != 0)
      m.text_.append(chunk, std::min<std::size_t>(got, m.limit_ - std::min(m.limit_, m.text_.size())));
  }
  static void write(Mover& m) {
    DWORD put = 0;
    for (std::size_t at = 0; !m.stop_ && at < m.text_.size(); at += put)
      if (WriteFile(m.pipe_, m.text_.data() + at, static_cast<DWORD>(m.text_.size() - at), &put, nullptr) ==
          0)
        break;
    CloseHandle(m.pipe_);
  }

 private:
  static DWORD WINAPI begin(void* self) {
    auto& mover = *static_cast<Mover*>(self);
    mover.work_(mover);
    return 0;
  }
  Work work_;
  HANDLE pipe_;
  std::string& text_;
  std::size_t limit_;
  volatile bool stop_ = false;
  Handle thread_;
};

/// STARTUPINFOEX that hands on these three handles and no other.
class StartInfo {
 public:
  StartInfo(const Streams& streams, const Child& child) : handles_{streams.in, streams.out, streams.err} {
    for (auto* handle : handles_) SetHandleInformation(handle, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
    SIZE_T size = 0;
    InitializeProcThreadAttributeList(nullptr, 1, 0, &size);
    list_ = std::make_unique<std::byte[]>(size);
    info_.lpAttributeList = reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(list_.get());
    if (InitializeProcThreadAttributeList(info_.lpAttributeList, 1, 0, &size) == 0 ||
        UpdateProcThreadAttribute(info_.lpAttributeList, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles_,
                                  sizeof handles_, nullptr, nullptr) == 0)
      throw_trouble("preparing a process", GetLastError());
    auto& base = info_.StartupInfo;
    base.cb = sizeof info_;
    base.dwFlags = STARTF_USESTDHANDLES;
    base.hStdInput = streams.in;
    base.hStdOutput = streams.out;
    base.hStdError = streams.err;
    // Another user's process has no right to this one's window station: an empty name makes it one of its
    // own.
    if (child.token != nullptr) base.lpDesktop = child.on_console ? console_ : own_;
  }
  ~StartInfo() { DeleteProcThreadAttributeList(info_.lpAttributeList); }
  StartInfo(const StartInfo&) = delete;
  StartInfo& operator=(const StartInfo&) = delete;
  STARTUPINFOW* get() { return &info_.StartupInfo; }

 private:
  HANDLE handles_[3];
  std::unique_ptr<std::byte[]> list_;
  STARTUPINFOEXW info_{};
  wchar_t console_[16] = L"winsta0\\default", own_[1] = L"";
};

/// A process in a job of its own, which ends with it when it must.
struct Process {
  Handle process, job;
};

Process start(const Child& child, const Streams& streams) {
  StartInfo info(streams, child);
  auto line = wide(command_line(child.argv));
  const auto program = wide(child.argv.at(0));
  const DWORD flags =
      CREATE_NO_WINDOW | CREATE_SUSPENDED | CREATE_UNICODE_ENVIRONMENT | EXTENDED_STARTUPINFO_PRESENT;
  PROCESS_INFORMATION made{};
  BOOL started = FALSE;
  if (child.token == nullptr) {
    started = CreateProcessW(program.c_str(), line.data(), nullptr, nullptr, TRUE, flags, nullptr, nullptr,
                             info.get(), &made);
  } else {
    void* environment = nullptr;
    if (CreateEnvironmentBlock(&environment, child.token, FALSE) == 0)
      throw_trouble("the user's environment", GetLastError());
    started = CreateProcessAsUserW(child.token, program.c_str(), line.data(), nullptr, nullptr, TRUE, flags,
                                   environment, nullptr, info.get(), &made);
    const auto error = GetLastError();
    DestroyEnvironmentBlock(environment);
    SetLastError(error);
  }
  if (started == FALSE)
    throw StepFailure(CheckOutcome::blocked, "tool-missing",
                      child.argv[0] + " cannot be started: " + error_text(GetLastError()));
  const Handle thread(made.hThread);
  Process process{Handle(made.hProcess), Handle(CreateJobObjectW(nullptr, nullptr))};
  // Without a job (Windows 7 has no nested ones) the program alone is ended at the limit.
  if (process.job && AssignProcessToJobObject(process.job.get(), process.process.get()) == 0)
    process.job.close();
  ResumeThread(thread.get());
  return process;
}

void end(const Process& process) {
  if (process.job)
    TerminateJobObject(process.job.get(), 1);
  else
    TerminateProcess(process.process.get(), 1);
  WaitForSingleObject(process.process.get(), kLastWords);
}

}  // namespace

ChildEnd run_child(const Child& child) {
  Pipe in, out, err;
  const auto process = start(child, {in.read_end.get(), out.write_end.get(), err.write_end.get()});
  in.read_end.close();
  out.write_end.close();
  err.write_end.close();
  ChildEnd result;
  auto input = child.input;
  HANDLE to_child = nullptr;
  DuplicateHandle(GetCurrentProcess(), in.write_end.get(), GetCurrentProcess(), &to_child, 0, FALSE,
                  DUPLICATE_SAME_ACCESS);
  in.write_end.close();  // the writer has its own, and closes it when all is said
  {
    Mover feeder(&Mover::write, to_child, input, input.size());
    Mover reader(&Mover::read, out.read_end.get(), result.out, child.output_limit);
    Mover listener(&Mover::read, err.read_end.get(), result.err, child.output_limit);
    const auto limit = static_cast<DWORD>(std::max<Deadline::Duration::rep>(0, child.limit.count()));
    result.timed_out = WaitForSingleObject(process.process.get(), limit) != WAIT_OBJECT_0;
    if (result.timed_out) end(process);
    reader.finish(kLastWords);
    listener.finish(kLastWords);
  }
  SecureZeroMemory(input.data(), input.size());  // it may hold secrets
  GetExitCodeProcess(process.process.get(), &result.exit_code);
  return result;
}

Handle start_alone(const Child& child, const Streams& streams) {
  // The job ends no process: it has no such limit, and no handle to it is left.
  return std::move(start(child, streams).process);
}

}  // namespace smx::agent
