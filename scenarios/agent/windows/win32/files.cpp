#include "scenarios/agent/windows/win32/files.h"

#include <algorithm>

#include "scenarios/agent/windows/win32/system.h"
#include "scenarios/agent/windows/win32/text.h"

namespace smx::agent {

std::string read_file(const std::string& path, std::size_t limit) {
  const auto file =
      CreateFileW(wide(path).c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                  nullptr, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr);
  if (file == INVALID_HANDLE_VALUE) return {};
  std::string text;
  char chunk[4096];
  DWORD got = 0;
  while (text.size() < limit && ReadFile(file, chunk, sizeof chunk, &got, nullptr) != 0 && got > 0)
    text.append(chunk, std::min<std::size_t>(got, limit - text.size()));
  CloseHandle(file);
  return text;
}

std::vector<std::string> names_in_folder(const std::string& folder, std::size_t limit) {
  std::vector<std::string> names;
  WIN32_FIND_DATAW entry{};
  const auto search = FindFirstFileW(wide(folder + "\\*").c_str(), &entry);
  if (search == INVALID_HANDLE_VALUE) return names;
  do {
    const auto name = narrow(entry.cFileName);
    if (name != "." && name != "..") names.push_back(name);
  } while (names.size() < limit && FindNextFileW(search, &entry) != 0);
  FindClose(search);
  return names;
}

std::optional<std::uint64_t> size_of_file(const std::string& path) {
  WIN32_FILE_ATTRIBUTE_DATA data{};
  if (GetFileAttributesExW(wide(path).c_str(), GetFileExInfoStandard, &data) == 0) return std::nullopt;
  return static_cast<std::uint64_t>(data.nFileSizeHigh) << 32 | data.nFileSizeLow;
}

std::string windows_folder() {
  wchar_t folder[MAX_PATH + 1];
  return narrow({folder, GetWindowsDirectoryW(folder, MAX_PATH + 1)});
}

std::string system_folder() {
  BOOL redirected = FALSE;
  IsWow64Process(GetCurrentProcess(), &redirected);
  return windows_folder() + (redirected != FALSE ? "\\Sysnative" : "\\System32");
}

}  // namespace smx::agent
