#include "scenarios/agent/windows/win32/text.h"

#include <algorithm>

#include "scenarios/agent/windows/win32/system.h"

namespace smx::agent {

std::wstring wide(std::string_view utf8) {
  if (utf8.empty()) return {};
  const int given = static_cast<int>(utf8.size());
  std::wstring text(static_cast<std::size_t>(MultiByteToWideChar(CP_UTF8, 0, utf8.data(), given, nullptr, 0)),
                    L'\0');
  MultiByteToWideChar(CP_UTF8, 0, utf8.data(), given, text.data(), static_cast<int>(text.size()));
  return text;
}

std::string narrow(std::wstring_view utf16) {
  if (utf16.empty()) return {};
  const int given = static_cast<int>(utf16.size());
  const int size = WideCharToMultiByte(CP_UTF8, 0, utf16.data(), given, nullptr, 0, nullptr, nullptr);
  std::string text(static_cast<std::size_t>(size), '\0');
  WideCharToMultiByte(CP_UTF8, 0, utf16.data(), given, text.data(), size, nullptr, nullptr);
  return text;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (auto& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

std::vector<std::string> multi_strings(std::wstring_view list) {
  std::vector<std::string> texts;
  while (!list.empty() && list.front() != L'\0') {
    const auto text = list.substr(0, list.find(L'\0'));
    texts.push_back(narrow(text));
    list.remove_prefix(std::min(list.size(), text.size() + 1));
  }
  return texts;
}

}  // namespace smx::agent
