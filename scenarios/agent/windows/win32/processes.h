#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace smx::agent {

/// Ids of the processes in a session, at most 4096; with a name ("logonui.exe", lower case) of that program
/// alone.
std::vector<std::uint32_t> processes_in_session(std::uint32_t session, const std::string& program = {});

/// In units of 100 ns.
struct ProcessTimes {
  std::uint64_t began = 0;  ///< since 1601
  std::uint64_t used = 0;   ///< of the processor
};
/// Nothing for a process that has ended or is not open to this one.
std::optional<ProcessTimes> times_of_process(std::uint32_t id);
/// Whether that process still runs, and not another one with its id.
bool process_runs(std::uint32_t id, std::uint64_t began);
/// Ends it, if it still runs. Nothing is reported.
void end_process(std::uint32_t id, std::uint64_t began);

/// The name of its program ("consent.exe", lower case), which every process may know; empty when there is
/// none.
std::string name_of_process(std::uint32_t id);
/// Whose it is; empty where Windows does not say.
std::string sid_of_process(std::uint32_t id);
/// The whole path of its program; empty where Windows does not say.
std::string program_of_process(std::uint32_t id);
/// Whether it has loaded a DLL ("smartcardcredentialprovider.dll", lower case); nothing where Windows does
/// not say.
std::optional<bool> has_loaded(std::uint32_t id, const std::string& library);

}  // namespace smx::agent
