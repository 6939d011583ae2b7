#include "tests/unit/signoff/run_folder.h"

#include <nlohmann/json.hpp>

#include "harness/core/model/model_json.h"
#include "harness/journal/evidence_store.h"
#include "harness/journal/journal.h"

namespace smx::testing {
namespace {

/// Guest text is made valid UTF-8 before it is stored; the sample's is not.
template <class T>
nlohmann::json valid(const T& value) {
  return nlohmann::json::parse(to_json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace

void write_run(const std::filesystem::path& folder, const RunRecord& record, const MemoryEvidence& evidence) {
  journal::Journal journal(folder);
  journal::EvidenceStore store(folder / "evidence");
  for (const auto& [sha256, bytes] : evidence.bytes) store.put("evidence", bytes);
  journal.run_started(record, false);
  std::map<std::string, const BootGroup*> groups;
  for (const auto& group : record.plan.groups) groups[group.id] = &group;
  for (const auto& boot : record.boots) {
    journal.boot_started(*groups.at(boot.group), boot.number);
    journal.boot_ended(*groups.at(boot.group), boot_from_json(valid(boot)));
  }
  for (auto attempt : record.attempts) {
    attempt.observation = observation_from_json(valid(attempt.observation));
    journal.attempt_started(*groups.at(attempt.group), attempt);
    journal.attempt_ended(*groups.at(attempt.group), attempt);
  }
  if (record.end != RunEnd::unfinished) journal.run_ended(record, {});
}

void forget_missing_evidence(RunRecord& record, const MemoryEvidence& evidence) {
  const auto forget = [&](std::vector<Evidence>& list) {
    std::erase_if(list, [&](const Evidence& e) { return !evidence.bytes.contains(e.sha256); });
  };
  for (auto& boot : record.boots) forget(boot.evidence);
  for (auto& attempt : record.attempts) forget(attempt.observation.evidence);
}

}  // namespace smx::testing
