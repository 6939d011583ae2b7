#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/core/model/plan.h"
#include "harness/core/time_types.h"
#include "harness/core/types.h"

// What happened: evidence, checks, attempts, facts and boots.

namespace smx {

/// A stored piece of evidence, found at evidence/<sha256> in the run's folder.
struct Evidence {
  std::string name;        ///< "agent-stdout.json", "console.log", "apdu-trace.txt"
  std::string sha256;      ///< lower-case hex, of the stored bytes
  std::uint64_t size = 0;  ///< bytes stored
  std::string media_type = "text/plain";
  bool truncated = false;  ///< there was more; only `size` bytes were kept
  bool operator==(const Evidence&) const = default;
};

/// One thing that a scenario checked. Reported by the agent, or by the controller's own verification.
struct Check {
  std::string id;                      ///< "wrong-pin-refused"
  Outcome outcome = Outcome::blocked;  ///< passed, failed, not_applicable or blocked
  std::string cause;                   ///< a stable word: "not-in-safeboot"; empty when passed
  std::string message;                 ///< for a person
  std::string by = "agent";            ///< "agent" or "controller"
  bool operator==(const Check&) const = default;
};

struct Observation {
  Outcome outcome = Outcome::blocked;
  std::string cause;    ///< a stable word; empty when passed
  std::string message;  ///< one line for a person
  std::vector<Check> checks;
  std::vector<Evidence> evidence;
  bool operator==(const Observation&) const = default;
};

/// One try at one cell.
struct Attempt {
  CellId cell;
  int number = 1;  ///< 1, 2, ...
  std::string group;
  int boot = 1;  ///< which boot of the group it ran in
  TimePoint started{}, ended{};
  Observation observation;
  bool operator==(const Attempt&) const = default;
};

/// Something that was found out about a guest, and what was expected of it.
struct Fact {
  std::string name;  ///< "kernel command line"
  std::string expected, actual;
  bool agrees = false;
  std::string source;  ///< "agent", "live domain", "card server"
  bool operator==(const Fact&) const = default;
};

/// Whether the boot mode or the reader's attachment was proven: every fact agrees, and there are enough.
struct Proof {
  bool proven = false;
  std::vector<Fact> facts;
  bool operator==(const Proof&) const = default;
};

/// One boot of a group, from start to end.
struct Boot {
  std::string group;
  int number = 1;
  TimePoint started{}, ended{};
  Milliseconds to_agent{0};  ///< from the machine's start to the agent's first answer
  Proof mode, reader;
  std::string trouble;             ///< why the boot ended early or never got far; empty: it went well
  std::vector<Evidence> evidence;  ///< console log, live domain XML, facts
  bool operator==(const Boot&) const = default;
};

}  // namespace smx
