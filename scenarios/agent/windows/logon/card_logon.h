#pragma once

#include <cstdint>
#include <string>

#include "scenarios/agent/core/agent_scenario.h"
#include "scenarios/agent/windows/win32/handle.h"

// A logon with the card, asked of the local security authority as the logon screen asks it. LocalSystem's
// alone (SeTcbPrivilege).

namespace smx::agent {

struct LogonEnd {
  std::uint32_t status = 0, substatus = 0;  ///< NTSTATUS; 0: logged on
  Handle token;
  std::string user, domain;  ///< whose token it is
  std::string sid;
  std::uint64_t logon_id = 0;
  std::uint32_t logon_type = 0;  ///< 2 interactive, 11 cached interactive
  std::string package, server, upn;
  bool cached = false;  ///< by a logon that was kept from before
  bool ok() const { return status == 0; }
};

/// What the card in a reader is for a logon, found by the smart card key storage provider.
struct LogonCard {
  std::string card, reader, container, provider;
};

/// Throws StepFailure: as ProviderKey does, and failed as connecting to a card does.
LogonCard find_logon_card(ScenarioContext& context);

struct LogonWish {
  std::string user, domain;  ///< hints; may be empty: the card's certificate says who it is
  Pin pin;
  std::uint64_t unlock = 0;  ///< the logon of the session to unlock; 0: a new logon
};

/// Asks for it. A refusal is a value; throws StepFailure (blocked, `not-local-system`) where this process may
/// not ask, and (failed, `no-kerberos`) where there is no package Kerberos.
LogonEnd log_on_by_card(const LogonCard& card, const LogonWish& wish);

/// "user SID S-1-5-21-… LAB\user, type 2, Kerberos, by DC1", or why not: for a person.
std::string describe(const LogonEnd& end);
/// Into the details, under `where`.
void record(Details& details, const char* where, const LogonEnd& end);

/// What rows about a domain stand on: administrators' rights, a machine that is joined, a network, and the
/// services Netlogon, KeyIso and CryptSvc. Else throws StepFailure.
void require_domain_member(ScenarioContext& context);

}  // namespace smx::agent
