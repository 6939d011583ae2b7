#include <ctemplate/template.h>

#include "harness/core/text.h"
#include "reports/common/appearance.h"
#include "reports/common/details.h"
#include "reports/html/html_parts.h"

namespace smx::html {
namespace {

using ctemplate::TemplateDictionary;

void add_proof(TemplateDictionary& boot, const char* what, const Proof& proof) {
  auto& section = *boot.AddSectionDictionary("PROOF");
  section.SetValue("WHAT", what);
  section.SetValue("TONE", proof.proven ? "good" : "bad");
  section.SetValue("PROVEN", proof.proven ? "✓ proven" : "✗ not proven");
  for (const auto& fact : proof.facts) {
    auto& row = *section.AddSectionDictionary("FACT");
    row.SetValue("TONE", fact.agrees ? "good" : "bad");
    row.SetValue("AGREES", fact.agrees ? "✓ agrees" : "✗ disagrees");
    set_text(row, "NAME", fact.name, kFactValue);
    set_text(row, "EXPECTED", fact.expected, kFactValue);
    set_text(row, "ACTUAL", fact.actual, kFactValue);
    set_text(row, "SOURCE", fact.source, kFactValue);
  }
}

/// A proof with nothing to look at, on a compact page.
void add_short_proof(TemplateDictionary& boot, const char* what, const Proof& proof) {
  std::string facts;
  for (const auto& fact : proof.facts)
    facts += (facts.empty() ? "" : "; ") + fact.name + ": " + fact.actual + " (" + fact.source + ")";
  auto& section = *boot.AddSectionDictionary("SHORT_PROOF");
  section.SetValue("WHAT", what);
  set_text(section, "FACTS", facts);
}

void add_boot(TemplateDictionary& group, Page& page, const Boot& boot) {
  auto& dict = *group.AddIncludeDictionary("BOOT");
  dict.SetFilename("boot.tpl");
  const bool good = boot.mode.proven && boot.reader.proven && boot.trouble.empty();
  dict.SetIntValue("B", static_cast<long>(page.boot_numbers.at(&boot)));
  dict.SetIntValue("NUMBER", boot.number);
  dict.SetValue("TONE", good ? "good" : "bad");
  dict.SetValue("SYMBOL", good ? "✓" : "✗");
  dict.SetValue("STARTED", time_words(boot.started));
  dict.SetValue("LASTED", duration_words(boot.ended - boot.started));
  if (boot.to_agent.count() > 0)
    dict.AddSectionDictionary("AGENT")->SetValue("AFTER", duration_words(boot.to_agent));
  if (!boot.trouble.empty()) set_text(*dict.AddSectionDictionary("TROUBLE"), "TEXT", boot.trouble);
  const auto add = good && page.compact ? add_short_proof : add_proof;
  add(dict, "Boot mode", boot.mode);
  add(dict, "Reader", boot.reader);
  InlineBudget owner{!good || page.troubled.contains(&boot) ? kInlinePerCell : 0};
  add_evidence(dict, page, boot.evidence, owner);
}

}  // namespace

void fill_groups(TemplateDictionary& dict, Page& page) {
  const auto& plan = page.input.record.plan;
  for (const auto& group : plan.groups) {
    auto& section = *dict.AddSectionDictionary("GROUP");
    set_text(section, "ID", group.id);
    const auto& boots = page.index.boots(group.id);
    if (boots.empty()) section.ShowSection("NEVER_BOOTED");
    for (const auto* boot : boots) add_boot(section, page, *boot);
    std::size_t above = 0;
    std::vector<std::size_t> routine;
    for (const auto cell : group.cells) {
      if (needs_attention(page.input.judgement.cells.at(cell)))
        ++above;
      else if (page.compact)
        routine.push_back(cell);
      else
        add_cell(section, page, cell, false, false);
    }
    if (!routine.empty()) {
      auto& list = *section.AddSectionDictionary("ROUTINE_CELLS");
      list.SetValue("CELLS", plural(routine.size(), "cell"));
      for (const auto cell : routine) add_routine_cell(list, page, cell);
    }
    if (above > 0) section.AddSectionDictionary("ABOVE")->SetIntValue("COUNT", static_cast<long>(above));
  }
}

}  // namespace smx::html
