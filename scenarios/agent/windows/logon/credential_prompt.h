#pragma once

#include <cstdint>
#include <string>

#include "scenarios/agent/core/bytes.h"
#include "scenarios/agent/windows/net/negotiate.h"
#include "scenarios/agent/windows/win32/system.h"

namespace smx::agent {

struct PromptedCredential {
  std::uint32_t error = 0;  ///< Windows'; 1223 (ERROR_CANCELLED): no answer
  Identity identity;        ///< what was entered
};

/// Shows Windows' dialog for credentials (CredUIPromptForWindowsCredentials) for the package Negotiate and
/// waits for its answer, without a limit. It belongs to the window `owner`. `suggestion` is a marshalled
/// certificate whose tile is chosen at first. Throws StepFailure (blocked, `system-trouble`).
PromptedCredential prompt_for_credential(HWND owner, const std::string& suggestion);

/// Whether a user's name is this certificate, marshalled (CredMarshalCredential).
bool names_certificate(const std::string& user, const Bytes& certificate);

}  // namespace smx::agent
