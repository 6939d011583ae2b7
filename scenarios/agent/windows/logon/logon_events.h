#pragma once

#include <cstdint>
#include <string>
#include <vector>

// What the Security log says of a logon that was tried at the screen. Pure.

namespace smx::agent {

/// An event 4624 (an account was logged on) or 4625 (an account failed to log on).
struct LogonEvent {
  std::uint32_t id = 0;
  std::uint64_t record = 0;
  std::string sid, user, domain;            ///< of the target
  std::uint32_t type = 0;                   ///< 2 interactive, 7 unlock, 11 cached, 13 cached unlock
  std::uint32_t status = 0, substatus = 0;  ///< of 4625
};

/// Whose logon is looked for, and of which types.
struct LogonSearch {
  std::string sid, user;  ///< `user` without a domain
  std::vector<std::uint32_t> types;
};

struct LogonVerdict {
  /// `wrong_tile`: a password was refused as wrong, which a card has none of; `other_type`: the
  /// holder was logged on, but never by one of the types.
  enum class Kind { none, wrong_tile, other_type, refused, accepted };
  Kind kind = Kind::none;
  LogonEvent event;  ///< the first that says so
};

/// The kinds stand above each other in their order. A logon is the holder's by its SID. A refusal is, when it
/// has that SID or names the user (also as user@domain), a certificate in a name's place ("@@…"), or no one
/// at all and its status is one that only smart cards have; a wrong password is never about a card.
LogonVerdict judge_logons(const std::vector<LogonEvent>& events, const LogonSearch& search);

/// "4624 type 2 LAB\user (S-1-5-21-…)", "4625 type 2 LAB\user, status c000006d (STATUS_LOGON_FAILURE), …".
std::string describe(const LogonEvent& event);

}  // namespace smx::agent
