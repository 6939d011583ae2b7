#include "tests/unit/report_safety/hostile_run.h"

namespace smx::testing {
namespace {

using namespace std::string_literals;

std::string repeated(std::string_view part, std::size_t size) {
  std::string text;
  while (text.size() < size) text += part;
  return text;
}

void put(Observation& o, const std::string& text) {
  o.message = text;
  if (o.outcome != Outcome::passed) o.cause = text;
  for (auto& check : o.checks) {
    check.id = check.message = check.by = text;
    if (check.outcome != Outcome::passed) check.cause = text;
  }
}

void put(Proof& proof, const std::string& text) {
  for (auto& fact : proof.facts) fact.name = fact.expected = fact.actual = fact.source = text;
}

void put(compare::Comparison& comparison, const std::string& text) {
  comparison.headline = text;
  for (auto& d : comparison.differences) d.scope = d.name = d.was = d.is = text;
  for (auto& cell : comparison.cells) {
    cell.was = cell.is = cell.message = text;
    for (auto& d : cell.divergences) d.where = d.was = d.is = text;
  }
}

}  // namespace

const std::vector<Hostile>& hostile_kinds() {
  static const std::vector<Hostile> kinds{
      {"script", "<script>alert(1)</script><svg onload=alert(1)><iframe src=//evil.example>"},
      {"handler",
       "<img src=x onerror=alert(1)><a href=\"javascript:alert(1)\">x</a><base href=//evil.example>"},
      {"attribute", "\" onmouseover=\"alert(1)\" x=\"' onfocus='alert(1)' autofocus='` style=x:y />"},
      {"elements", "</summary></details></pre></code></dl></table></body></html><!-- <style>*{} <plaintext>"},
      {"cdata", "]]> <![CDATA[ ]]]]><![CDATA[> <?xml version=\"1.0\"?> <!DOCTYPE a [<!ENTITY b \"c\">]> -->"},
      {"entities", "&lt;script&gt; &#60;b&#62; &amp;amp; &b; &#0; &#x1b; &lt &nbsp"},
      {"templates",
       "{{X}} {{#CELL}} {{>LOOK}} {{{X}}} {{%AUTOESCAPE context=\"JSON\"}} {{=<% %>=}} {} {0} %s %n ${x}"},
      {"markdown-links",
       "[a](http://evil.example) ![a](http://evil.example/p.png) <http://evil.example> "
       "www.evil.example [a]: http://evil.example [[x]] https://evil.example/?a=b"},
      {"markdown-markup",
       "a | b \\| c \\\\| d ` e `` f ``` g ~~~ *h* _i_ ~~j~~ # k \\` $l$ $`m`$ | |\n| - |\n"
       "```sh\nrm\n```\n# heading\n- item\n1. item\n> quote\n---\n    code\n<b>bold</b>\n[^1]: x"},
      {"mentions",
       "@name @org/team #1 !2 GH-3 ABC-4 org/repo#5 mail@example.com ~label %milestone $6 &7 "
       "0123456789abcdef0123456789abcdef01234567 :smile: /close /assign @me"},
      {"commands",
       "::error::x ::set-output name=a::b ::stop-commands::x ##[error]x ##[add-mask]a ##vso[task.x]y "
       "##teamcity[x] %0A::error::y\n::error file=a::z\r\n::add-mask::q\r::warning::r\n  ::notice::s"},
      {"controls", "\x01\x02\x07\x08\x0b\x0c\x0e\x1f\x7f a\rb\tc\nd\r\ne"},
      {"nul", "before\0after\0\0"s},
      {"escapes",
       "\x1b[2J\x1b[31mred\x1b[0m\x1b]0;title\x07\x1b]8;;http://"
       "evil.example\x1b\\x\x1bP1\x1b\\\x1b[6n\x1b(0\x1b"
       "c"},
      {"c1",
       "\u009B31mred\u009B0m \u009D0;title\u009C \u0090x\u009C \u0085 \u008D \x9b"
       "31m"},
      {"bidi", "\u202Efdp.exe\u202C \u2066a\u2069 \u2067b\u2068 \u200Fc\u200E \u061C d"},
      {"zero-width",
       "p\u200Ba\u200Cs\u200Ds\u2060ed \uFEFF \u00AD \u180E \U000E0041\U000E007F \u2028 \u2029"},
      {"bad-utf8",
       "\xC0\xAF \xE0\x80\xAF \xF0\x80\x80\xAF \xED\xA0\x80 \xED\xB0\x80 \xF4\x90\x80\x80 \xFF\xFE \x80 "
       "\xE2\x82 \xF0\x9F"},
      {"non-characters", "\uFFFE \uFFFF \uFDD0 \U0001FFFE \U0010FFFF"},
      {"lines", "\n\n\na\n\nb\n\n\n"},
      {"huge", repeated("<b>&\"'`|@a #1 \x1b[0m\u202E\xff", 1u << 20)},
      {"huge-line", std::string(1u << 20, '&')},
  };
  return kinds;
}

void put_into(RunRecord& record, const std::string& text) {
  // A megabyte in each of a thousand places is more than a test should hold; one of each kind of place does.
  const auto most = text.size() > 10000 ? 4 : record.attempts.size();
  for (std::size_t i = 0; i < record.attempts.size(); ++i) {
    auto& o = record.attempts[i].observation;
    if (i < most || !o.cause.empty()) put(o, text);
    for (auto& e : o.evidence) e.name = text;
  }
  for (auto& boot : record.boots) {
    put(boot.mode, text), put(boot.reader, text);
    boot.trouble = text;
    for (auto& e : boot.evidence) e.name = text;
  }
}

SampleRun run_with(const std::string& text) {
  SampleRun run;
  auto& record = run.record;
  put_into(record, text);
  run.evidence.bytes.begin()->second = text;
  if (text.size() < 10000)
    for (auto& [sha, bytes] : run.evidence.bytes) bytes = text;
  for (auto* list : {&record.boots.front().evidence, &record.attempts.front().observation.evidence})
    for (auto& e : *list) e.size = text.size();
  for (auto& verdict : run.judgement.cells) verdict.reason = text;
  run.judgement.headline = text;
  const auto& cell =
      record.plan.cells[run.index("reference-linux/safe-networking/virtual/pin-management")].id;
  record.info.predictions = {{cell.target, {cell.scenario, 6, cell.mode, Outcome::failed, text, text}}};
  for (auto& scenario : record.plan.catalogue.scenarios) scenario.notes = text;
  record.info.environment["guest"] = text;
  record.plan.warnings = {text};
  compare_with_baseline(run);
  put(*run.comparison, text);
  return run;
}

}  // namespace smx::testing
