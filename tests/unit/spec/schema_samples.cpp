#include "tests/unit/spec/schema_samples.h"

#include <stdexcept>

namespace smx::spec {

std::string good_sample(const std::string& schema) {
  if (schema == "matrix")
    return R"({"$schema": "x", "format": 1, "name": "n",
      "targets": [{"id": "t", "kind": "windows", "image": "w", "support_table": "reference"},
                  {"kind": "reference-linux", "support_table": null}],
      "modes": ["normal", "safe-minimal"],
      "cards": [{"id": "c", "application": "gids", "solution": "pkcs11", "key": "p256"}],
      "readers": [{"id": "r", "kind": "virtual", "card": "c"}],
      "scenarios": ["pin-management"], "attempts": 3, "boot_limit_ms": 1000,
      "waivers": [{"cell": "t/*", "owner": "o", "reason": "r", "expires": "2026-12-31"}]})";
  if (schema == "scenario")
    return R"({"$schema": "x", "format": 1, "id": "s", "row": 6, "words": "w", "summary": "s", "state": "joined",
      "needs": ["tls-server"], "credentials": ["pin"], "changes": "card", "time_limit_ms": 1000,
      "checks": ["c"], "steps": [{"do": "agent", "phase": "p"}, {"do": "insert-card"}], "verify": ["signature"],
      "targets": {"windows": {"waits_for": "w"}, "reference-linux": {"agent": "a", "proven": "real"}},
      "notes": ""})";
  if (schema == "support-table")
    return R"({"$schema": "x", "format": 1, "id": "s", "document": "d", "section": "s", "applies_to": ["a"],
      "defaults": {"safe-minimal": {"mark": "not-supported", "known": "stated", "why": "w"}},
      "rows": [{"row": 1, "scenario": "a", "words": "w",
                "marks": {"safe-networking": {"mark": "unknown", "known": "inferred", "why": "w"}}},
               {"row": 2, "scenario": "b", "words": "w"}]})";
  if (schema == "confirmations")
    return R"({"$schema": "x", "format": 1, "table": "s", "confirmations": [
      {"scenario": "a", "mode": "safe-networking", "mark": "supported", "by": "b", "when": "2026-11-24",
       "source": "s"}]})";
  if (schema == "waivers")
    return R"({"$schema": "x", "format": 1, "waivers": [
      {"cell": "a/b/c/d", "owner": "o", "reason": "r", "expires": "2026-12-31"}]})";
  throw std::invalid_argument("no sample for " + schema);
}

std::vector<BadSample> bad_samples() {
  return {
      {"matrix", "", "[]"},
      {"matrix", "/format", ""},
      {"matrix", "/format", "2"},
      {"matrix", "/name", "\"\""},
      {"matrix", "/colour", "1"},
      {"matrix", "/targets", ""},
      {"matrix", "/targets", "[]"},
      {"matrix", "/targets/0", "\"windows\""},
      {"matrix", "/targets/0/kind", ""},
      {"matrix", "/targets/0/kind", "\"windwos\""},
      {"matrix", "/targets/0/id", "\"A b\""},
      {"matrix", "/targets/0/image", ""},
      {"matrix", "/targets/0/image", "\"\""},
      {"matrix", "/targets/0/support_table", "3"},
      {"matrix", "/modes", "[]"},
      {"matrix", "/modes/0", "\"safe\""},
      {"matrix", "/modes/0", "\"safe-minimal\""},
      {"matrix", "/cards/0/key", "\"rsa1024\""},
      {"matrix", "/cards/0/solution", "\"csp\""},
      {"matrix", "/cards/0/application", "1"},
      {"matrix", "/cards/0/pin", "\"1234\""},
      {"matrix", "/cards/0/file", "\"\""},
      {"matrix", "/cards", "[]"},
      {"matrix", "/readers", "[]"},
      {"matrix", "/readers/0/kind", "\"usb\""},
      {"matrix", "/readers/0/vendor", "\"08e6\""},
      {"matrix", "/readers/0/card", "null"},
      {"matrix", "/scenarios", "\"some\""},
      {"matrix", "/scenarios", "[]"},
      {"matrix", "/attempts", "0"},
      {"matrix", "/attempts", "6"},
      {"matrix", "/attempts", "1.5"},
      {"matrix", "/attempts", "\"2\""},
      {"matrix", "/boot_limit_ms", "999"},
      {"matrix", "/waivers", "{}"},
      {"matrix", "/waivers/0/cell", "\"pin-management\""},
      {"scenario", "/format", "\"1\""},
      {"scenario", "/id", ""},
      {"scenario", "/row", "0"},
      {"scenario", "/row", "17"},
      {"scenario", "/words", "\"\""},
      {"scenario", "/summary", ""},
      {"scenario", "/state", "\"join\""},
      {"scenario", "/needs/0", "\"tls\""},
      {"scenario", "/credentials/0", "\"password\""},
      {"scenario", "/changes", ""},
      {"scenario", "/changes", "\"disk\""},
      {"scenario", "/time_limit_ms", "3600001"},
      {"scenario", "/checks/0", "\"\""},
      {"scenario", "/steps", "[]"},
      {"scenario", "/steps/0", "{\"do\": \"wait\"}"},
      {"scenario", "/steps/1/phase", "\"x\""},
      {"scenario", "/steps", "[{\"do\": \"insert-card\"}]"},
      {"scenario", "/verify/0", "\"signatures\""},
      {"scenario", "/targets", ""},
      {"scenario", "/targets/macos", "{\"waits_for\": \"x\"}"},
      {"scenario", "/targets/windows", "{}"},
      {"scenario", "/targets/windows/waits_for", "\"\""},
      {"scenario", "/targets/windows/agent", "\"a\""},
      {"scenario", "/targets/windows/proven", "\"real\""},
      {"scenario", "/targets/reference-linux/proven", ""},
      {"scenario", "/targets/reference-linux/proven", "\"maybe\""},
      {"scenario", "/notes", "1"},
      {"support-table", "/id", "\"S\""},
      {"support-table", "/document", "\"\""},
      {"support-table", "/rows", "[]"},
      {"support-table", "/rows/0/row", "\"1\""},
      {"support-table", "/rows/0/scenario", ""},
      {"support-table", "/rows/0/words", "\"\""},
      {"support-table", "/rows/0/mark", "\"supported\""},
      {"support-table", "/rows/0/marks/normal",
       "{\"mark\": \"supported\", \"known\": \"stated\", \"why\": \"w\"}"},
      {"support-table", "/rows/0/marks/safe-networking/mark", "\"yes\""},
      {"support-table", "/rows/0/marks/safe-networking/known", "\"stated\""},
      {"support-table", "/rows/0/marks/safe-networking/why", ""},
      {"support-table", "/defaults/safe-minimal/known", "\"unknown\""},
      {"support-table", "/defaults/safe-minimal/known", "\"guessed\""},
      {"confirmations", "/table", ""},
      {"confirmations", "/confirmations", "{}"},
      {"confirmations", "/confirmations/0/mode", "\"normal\""},
      {"confirmations", "/confirmations/0/mark", "\"unknown\""},
      {"confirmations", "/confirmations/0/by", "\"\""},
      {"confirmations", "/confirmations/0/when", "\"24.11.2026\""},
      {"confirmations", "/confirmations/0/source", ""},
      {"waivers", "/waivers", ""},
      {"waivers", "/waivers/0/cell", "\"a/b/c\""},
      {"waivers", "/waivers/0/cell", "\"*/b/c/d/e\""},
      {"waivers", "/waivers/0/owner", "\"\""},
      {"waivers", "/waivers/0/reason", ""},
      {"waivers", "/waivers/0/expires", "\"2026-13-01\""},
      {"waivers", "/waivers/0/expires", "\"never\""},
      {"waivers", "/waivers/0/verdict", "\"waived\""},
  };
}

std::vector<BadSample> loader_only_samples() {
  return {
      {"matrix", "/targets/1/id", "\"t\""},
      {"matrix", "/targets/0/support_table", "\"no-such-table\""},
      {"matrix", "/targets/0/image", "\"no/such/image\""},
      {"matrix", "/scenarios/0", "\"no-such-scenario\""},
      {"matrix", "/readers/0/card", "\"no-such-card\""},
      {"matrix", "/cards/0/file", "\"no-such-file\""},
      {"matrix", "/waivers", "\"no-such-file\""},
      {"matrix", "/name", "\"a\\u0000b\""},
      {"support-table", "/rows/1/row", "1"},
      {"support-table", "/rows/1/scenario", "\"a\""},
      {"confirmations", "/table", "\"other\""},
      {"confirmations", "/confirmations/0/scenario", "\"no-such-row\""},
      {"waivers", "/waivers/0/expires", "\"2026-02-30\""},
  };
}

}  // namespace smx::spec
