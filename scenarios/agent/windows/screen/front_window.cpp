#include "scenarios/agent/windows/screen/front_window.h"

namespace smx::agent {
namespace {

/// Windows lets a program come to the front that got the last input (SetForegroundWindow, Remarks).
void press_alt() {
  INPUT keys[2]{};
  for (auto& key : keys) {
    key.type = INPUT_KEYBOARD;
    key.ki.wVk = VK_MENU;
  }
  keys[1].ki.dwFlags = KEYEVENTF_KEYUP;
  SendInput(2, keys, sizeof keys[0]);
}

}  // namespace

FrontWindow::FrontWindow()
    : window_(CreateWindowExW(WS_EX_TOPMOST, L"STATIC", L"safemode-matrix", WS_POPUP | WS_VISIBLE, 0, 0, 200,
                              40, nullptr, nullptr, GetModuleHandleW(nullptr), nullptr)) {
  if (SetForegroundWindow(window_) != 0 && is_in_front()) return;
  press_alt();
  SetForegroundWindow(window_);
}

FrontWindow::~FrontWindow() {
  if (window_ != nullptr) DestroyWindow(window_);
}

bool FrontWindow::is_in_front() const {
  return window_ != nullptr && GetForegroundWindow() == window_;
}

}  // namespace smx::agent
