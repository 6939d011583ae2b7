#pragma once

#include "scenarios/agent/windows/win32/system.h"

namespace smx::agent {

/// A small window of this process in front of all others, for a prompt to belong to: one of a program that is
/// not in front comes up minimized, or behind, and the keys go elsewhere.
class FrontWindow {
 public:
  FrontWindow();
  ~FrontWindow();
  FrontWindow(const FrontWindow&) = delete;
  FrontWindow& operator=(const FrontWindow&) = delete;
  HWND get() const { return window_; }
  bool is_in_front() const;

 private:
  HWND window_;
};

}  // namespace smx::agent
