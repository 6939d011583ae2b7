#include <ctemplate/template.h>

#include <algorithm>

#include "harness/core/text.h"
#include "reports/common/details.h"
#include "reports/common/evidence_folder.h"
#include "reports/html/html_parts.h"

namespace smx::html {
namespace {

/// Bytes that a character takes in the page (ctemplate's pre_escape).
std::size_t escaped_size(char c) {
  return c == '"' ? 6 : c == '&' || c == '\'' ? 5 : c == '<' || c == '>' ? 4 : 1;
}

/// As much of `text` as takes `room` bytes of the page, and these.
std::pair<std::string_view, std::size_t> fitting(std::string_view text, std::size_t room) {
  std::size_t end = 0, size = 0;
  for (; end < text.size() && size + escaped_size(text[end]) <= room; ++end) size += escaped_size(text[end]);
  // Not in the midst of a character.
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
    --end, --size;
  return {text.substr(0, end), size};
}

/// The bytes to show in place, or nothing: no text, not there, or no room for even a line.
std::optional<std::string> inline_text(Page& page, const Evidence& evidence, InlineBudget& owner) {
  constexpr std::size_t kUseful = 80;
  const auto room = std::min(page.budget.left, owner.left);
  if (!is_text(evidence) || evidence.size == 0 || room < std::min<std::size_t>(kUseful, evidence.size))
    return std::nullopt;
  const auto bytes = page.input.evidence.read(evidence, room);
  if (!bytes || bytes->empty()) return std::nullopt;
  const auto text = sanitize_guest_text(*bytes, room);
  const auto [shown, size] = fitting(text, room);
  page.budget.left -= size;
  owner.left -= size;
  return std::string(shown);
}

}  // namespace

void set_text(ctemplate::TemplateDictionary& dict, const char* key, std::string_view text,
              std::size_t limit) {
  dict.SetValue(key, sanitize_guest_text(text, limit));
}

void set_evidence_link(ctemplate::TemplateDictionary& item, const Evidence& e) {
  auto& link =
      is_sha256(e.sha256) ? *item.AddSectionDictionary("LINK") : *item.AddSectionDictionary("NO_LINK");
  set_text(link, "NAME", e.name, kFactValue);
  link.SetValue("SHA", e.sha256);
}

void add_evidence(ctemplate::TemplateDictionary& dict, Page& page, const std::vector<Evidence>& evidence,
                  InlineBudget& owner) {
  for (const auto& e : evidence) {
    const auto text = inline_text(page, e, owner);
    auto& list = *dict.AddIncludeDictionary("EVIDENCE_LIST");  // one each, so that they keep their order
    list.SetFilename("evidence.tpl");
    auto& item = *list.AddSectionDictionary(text ? "INLINE_EVIDENCE" : "EVIDENCE");
    set_evidence_link(item, e);
    item.SetValue("SIZE", size_words(e.size));
    if (e.truncated) item.ShowSection("TRUNCATED");
    if (!text) continue;
    item.SetValue("TEXT", *text);
    if (text->size() < e.size) item.ShowSection("CUT");
  }
}

}  // namespace smx::html
