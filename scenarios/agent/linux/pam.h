#pragma once

#include <string>
#include <string_view>

#include "scenarios/agent/core/agent_scenario.h"
#include "scenarios/agent/linux/child.h"

// Logging on by card: what PAM's services of the reference guest (/etc/pam.d, pam_pkcs11) need, and what they
// say.

namespace smx::agent {

/// The folder that the guest's pam_pkcs11 configurations name.
inline constexpr const char* kPamTrustFolder = "/run/smx/pam";

/// What pam_pkcs11 verifies certificates against: FOLDER/ca with the lab's authorities, FOLDER/crl with their
/// revocation lists, by OpenSSL's hashed names. It is there as long as this object; nothing of it is left.
class PamTrust {
 public:
  /// What another agent left there is replaced. The folders on the way are made, for root only. Throws
  /// StepFailure (blocked, `system-trouble` or `tool-missing`).
  PamTrust(const Lab& lab, const Deadline& deadline, std::string folder = kPamTrustFolder);
  ~PamTrust();
  PamTrust(const PamTrust&) = delete;
  PamTrust& operator=(const PamTrust&) = delete;

 private:
  void clear();
  std::string folder_;
};

/// The single pieces of a text with several PEM objects, in order; what stands around them is dropped.
std::vector<std::string> split_pem(std::string_view text);

/// What PAM decided, and its talk.
struct PamAnswer {
  bool granted = false;
  std::string talk;  ///< both outputs: PAM's messages go to either
};

/// Runs a program that asks PAM, with `pin` (and a line end) as all that it is told; of `empty` PINs only the
/// line end. Throws StepFailure (failed, cause `no-answer`) at the deadline.
PamAnswer ask_pam(ScenarioContext& context, std::vector<std::string> argv, const Pin& pin);

/// The protocol's word for why pam_pkcs11 or sudo refused.
const char* pam_cause(std::string_view talk);

/// The same; where the module does not tell a revoked certificate from another user's, the card is asked
/// whose certificate it has.
std::string pam_cause(ScenarioContext& context, std::string_view talk);

/// A text for a person: the last line of what PAM said.
std::string pam_says(const PamAnswer& answer);

/// Whether a refusal was for the want of a PIN, and nothing else.
bool refused_without_pin(const PamAnswer& answer);

/// Tries left of the card's PIN, which is forgotten by this: no PIN that was verified earlier helps the next
/// who uses the card. Spends none. Throws StepFailure as connecting to the card does, and failed,
/// `wrong-status`.
int forget_pin(ScenarioContext& context);

/// `check` passes when `argv`, told no PIN, is refused for that reason and no try of the PIN was spent.
void check_refusal_without_pin(ScenarioContext& context, const char* check,
                               const std::vector<std::string>& argv);

/// `check` passes when `argv`, told the card's PIN, is refused because the card is not that user's, and for
/// no other reason. To be asked only once the PIN proved right: it spends a try otherwise. `granted`: what it
/// would mean to be let in.
void check_refusal_of_other_user(ScenarioContext& context, const char* check,
                                 const std::vector<std::string>& argv, const char* granted);

}  // namespace smx::agent
