#include <ctemplate/template.h>

#include <algorithm>

#include "harness/core/text.h"
#include "reports/details.h"
#include "reports/evidence_folder.h"
#include "reports/html/html_parts.h"

namespace smx::html {
namespace {

/// The bytes to show in place, or nothing: no text, not there, or no room for even a line.
std::optional<std::string> inline_text(Page& page, const Evidence& evidence, InlineBudget& owner) {
  constexpr std::size_t kUseful = 80;
  const auto room = std::min(page.budget.left, owner.left);
  if (!is_text(evidence) || evidence.size == 0 || room < std::min<std::size_t>(kUseful, evidence.size))
    return std::nullopt;
  const auto bytes = page.input.evidence.read(evidence, room);
  if (!bytes || bytes->empty()) return std::nullopt;
  auto text = sanitize_guest_text(*bytes, room);
  page.budget.left -= text.size();
  owner.left -= text.size();
  return text;
}

}  // namespace

void set_text(ctemplate::TemplateDictionary& dict, const char* key, std::string_view text,
              std::size_t limit) {
  dict.SetValue(key, sanitize_guest_text(text, limit));
}

void add_evidence(ctemplate::TemplateDictionary& dict, Page& page, const std::vector<Evidence>& evidence,
                  InlineBudget& owner) {
  for (const auto& e : evidence) {
    const auto text = inline_text(page, e, owner);
    auto& list = *dict.AddIncludeDictionary("EVIDENCE_LIST");  // one each, so that they keep their order
    list.SetFilename("evidence.tpl");
    auto& item = *list.AddSectionDictionary(text ? "INLINE_EVIDENCE" : "EVIDENCE");
    auto& link =
        is_sha256(e.sha256) ? *item.AddSectionDictionary("LINK") : *item.AddSectionDictionary("NO_LINK");
    set_text(link, "NAME", e.name, kFactValue);
    link.SetValue("SHA", e.sha256);
    item.SetValue("SIZE", size_words(e.size));
    if (e.truncated) item.ShowSection("TRUNCATED");
    if (!text) continue;
    item.SetValue("TEXT", *text);
    if (text->size() < e.size) item.ShowSection("CUT");
  }
}

}  // namespace smx::html
