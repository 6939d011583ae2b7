#pragma once

#include <string>
#include <vector>

#include "harness/core/bytes.h"

namespace smx::vm {

/// A reader of this host, as its pcscd sees it.
struct HostReader {
  std::string name;
  bool card = false;    ///< there is a card in it
  bool in_use = false;  ///< another program has the card for itself
  bool mute = false;    ///< there is one, and it does not answer
  Bytes atr;            ///< empty: no card, or a mute one
};

/// All of them, in pcscd's order; at most 16. Throws Error(environment) when no pcscd answers.
std::vector<HostReader> host_readers();

/// The one that a matrix means by `device`: a reader's name or part of it; empty: the only one there is, or
/// the only one with a card in it.
/// Throws Error(environment) naming those that there are.
HostReader choose_host_reader(const std::vector<HostReader>& readers, const std::string& device);

}  // namespace smx::vm
