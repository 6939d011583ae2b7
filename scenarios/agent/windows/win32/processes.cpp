#include "scenarios/agent/windows/win32/processes.h"

#include "scenarios/agent/windows/win32/handle.h"
#include "scenarios/agent/windows/win32/text.h"
#include "scenarios/agent/windows/win32/tokens.h"
// after windows.h
#include <tlhelp32.h>

namespace smx::agent {
namespace {

constexpr std::size_t kMost = 4096;

Handle open(std::uint32_t id, DWORD access) {
  return Handle(id == 0 ? nullptr : OpenProcess(access, FALSE, id));
}

bool has_ended(HANDLE process) {
  return WaitForSingleObject(process, 0) == WAIT_OBJECT_0;
}

std::uint64_t number(const FILETIME& time) {
  return static_cast<std::uint64_t>(time.dwHighDateTime) << 32 | time.dwLowDateTime;
}

std::optional<ProcessTimes> times_of(HANDLE process) {
  FILETIME began{}, ended{}, kernel{}, user{};
  if (GetProcessTimes(process, &began, &ended, &kernel, &user) == 0) return std::nullopt;
  return ProcessTimes{number(began), number(kernel) + number(user)};
}

bool is_same_process(HANDLE process, std::uint64_t began) {
  const auto times = times_of(process);
  return times && times->began == began;
}

template <typename Look>
void for_each_process(Look look) {
  const Handle snapshot(CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0));
  PROCESSENTRY32W entry{};
  entry.dwSize = sizeof entry;
  std::size_t seen = 0;
  for (BOOL any = Process32FirstW(snapshot.get(), &entry); any != FALSE && seen < kMost;
       any = Process32NextW(snapshot.get(), &entry), ++seen)
    look(entry);
}

}  // namespace

std::vector<std::uint32_t> processes_in_session(std::uint32_t session, const std::string& program) {
  std::vector<std::uint32_t> ids;
  for_each_process([&](const PROCESSENTRY32W& entry) {
    DWORD its_session = 0;
    if ((program.empty() || lower(narrow(entry.szExeFile)) == program) &&
        ProcessIdToSessionId(entry.th32ProcessID, &its_session) != 0 && its_session == session)
      ids.push_back(entry.th32ProcessID);
  });
  return ids;
}

std::string name_of_process(std::uint32_t id) {
  std::string name;
  for_each_process([&](const PROCESSENTRY32W& entry) {
    if (entry.th32ProcessID == id) name = lower(narrow(entry.szExeFile));
  });
  return name;
}

std::optional<ProcessTimes> times_of_process(std::uint32_t id) {
  const auto process = open(id, PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE);
  if (!process || has_ended(process.get())) return std::nullopt;
  return times_of(process.get());
}

bool process_runs(std::uint32_t id, std::uint64_t began) {
  const auto times = times_of_process(id);
  return times && times->began == began;
}

void end_process(std::uint32_t id, std::uint64_t began) {
  const auto process = open(id, PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_TERMINATE);
  if (process && is_same_process(process.get(), began)) TerminateProcess(process.get(), 1);
}

std::string sid_of_process(std::uint32_t id) {
  const auto process = open(id, PROCESS_QUERY_LIMITED_INFORMATION);
  Handle token;
  if (!process || OpenProcessToken(process.get(), TOKEN_QUERY, token.out()) == 0) return {};
  return sid_of(token.get());
}

std::string program_of_process(std::uint32_t id) {
  const auto process = open(id, PROCESS_QUERY_LIMITED_INFORMATION);
  std::wstring path(32768, L'\0');
  auto size = static_cast<DWORD>(path.size());
  if (!process || QueryFullProcessImageNameW(process.get(), 0, path.data(), &size) == 0) return {};
  path.resize(size);
  return narrow(path);
}

std::optional<bool> has_loaded(std::uint32_t id, const std::string& library) {
  const Handle snapshot(CreateToolhelp32Snapshot(TH32CS_SNAPMODULE, id));
  MODULEENTRY32W entry{};
  entry.dwSize = sizeof entry;
  if (!snapshot || Module32FirstW(snapshot.get(), &entry) == FALSE) return std::nullopt;
  std::size_t seen = 0;
  do {
    if (lower(narrow(entry.szModule)) == library) return true;
  } while (++seen < kMost && Module32NextW(snapshot.get(), &entry) != FALSE);
  return false;
}

}  // namespace smx::agent
