#include "harness/core/keyboard.h"

#include <fmt/format.h>
#include <linux/input-event-codes.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "harness/core/error.h"

namespace smx {
namespace {

/// The rows of a US keyboard, each key by what it types alone and with shift, from the code of its first key
/// on.
struct Row {
  unsigned first;
  std::string_view plain, shifted;
};
constexpr std::array kRows{Row{KEY_1, "1234567890-=", "!@#$%^&*()_+"},
                           Row{KEY_Q, "qwertyuiop[]", "QWERTYUIOP{}"},
                           Row{KEY_A, "asdfghjkl;'`", "ASDFGHJKL:\"~"},
                           Row{KEY_BACKSLASH, "\\zxcvbnm,./", "|ZXCVBNM<>?"}, Row{KEY_SPACE, " ", ""}};

KeyChord keys_of(char character) {
  for (const auto& row : kRows) {
    if (const auto at = row.plain.find(character); at != std::string_view::npos)
      return {row.first + static_cast<unsigned>(at)};
    if (const auto at = row.shifted.find(character); at != std::string_view::npos)
      return {KEY_LEFTSHIFT, row.first + static_cast<unsigned>(at)};
  }
  return {};
}

unsigned key_named(std::string_view name) {
  static const std::map<std::string_view, unsigned> kNames{
      {"ctrl", KEY_LEFTCTRL}, {"alt", KEY_LEFTALT}, {"shift", KEY_LEFTSHIFT}, {"win", KEY_LEFTMETA},
      {"enter", KEY_ENTER},   {"escape", KEY_ESC},  {"tab", KEY_TAB},         {"space", KEY_SPACE},
      {"up", KEY_UP},         {"down", KEY_DOWN},   {"left", KEY_LEFT},       {"right", KEY_RIGHT},
      {"home", KEY_HOME},     {"end", KEY_END},     {"delete", KEY_DELETE},   {"backspace", KEY_BACKSPACE},
      {"f1", KEY_F1},         {"f2", KEY_F2},       {"f3", KEY_F3},           {"f4", KEY_F4},
      {"f5", KEY_F5},         {"f6", KEY_F6},       {"f7", KEY_F7},           {"f8", KEY_F8},
      {"f9", KEY_F9},         {"f10", KEY_F10},     {"f11", KEY_F11},         {"f12", KEY_F12}};
  if (const auto found = kNames.find(name); found != kNames.end()) return found->second;
  if (name.size() == 1)
    if (const auto keys = keys_of(name[0]); keys.size() == 1) return keys[0];
  throw Error(
      ErrorKind::usage,
      fmt::format(
          "there is no key \"{}\"; keys are ctrl, alt, shift, win, enter, escape, tab, space, up, down, "
          "left, right, home, end, delete, backspace, f1 to f12, and what one key types",
          name));
}

}  // namespace

std::vector<KeyChord> typed(std::string_view text) {
  std::vector<KeyChord> chords;
  for (const char character : text) {
    chords.push_back(keys_of(character));
    if (chords.back().empty())
      throw Error(ErrorKind::usage,
                  "the text to be typed holds a character that a US keyboard does not have");
  }
  return chords;
}

KeyChord chord(std::string_view names) {
  KeyChord keys;
  while (true) {
    const auto plus = names.find('+');
    keys.push_back(key_named(names.substr(0, plus)));
    if (plus == std::string_view::npos) break;
    names.remove_prefix(plus + 1);
  }
  constexpr std::size_t kMost = 16;
  if (keys.size() > kMost)
    throw Error(ErrorKind::usage,
                fmt::format("{} keys are held at a time at most, not {}", kMost, keys.size()));
  return keys;
}

}  // namespace smx
