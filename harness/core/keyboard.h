#pragma once

#include <string_view>
#include <vector>

// What is typed at a machine's keyboard: key codes of Linux' input layer (linux/input-event-codes.h), which
// is libvirt's VIR_KEYCODE_SET_LINUX, for a keyboard that the guest takes for a US one.

namespace smx {

/// Keys held down together, at most 16 (VIR_DOMAIN_SEND_KEY_MAX_KEYS).
using KeyChord = std::vector<unsigned>;

/// The keys that type a text, one chord a character. Throws Error(usage) for a character that a US keyboard
/// does not have; the message does not repeat the text, which may be a PIN.
std::vector<KeyChord> typed(std::string_view text);

/// One chord by its keys' names, "ctrl+alt+delete", "win+l", "enter", "escape", "tab", "up", "down", "f1" to
/// "f12", letters and digits. Throws Error(usage) naming what it does not know.
KeyChord chord(std::string_view names);

}  // namespace smx
