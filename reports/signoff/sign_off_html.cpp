#include "reports/signoff/sign_off_html.h"

#include <ctemplate/template.h>
#include <fmt/format.h>

#include "harness/core/files.h"
#include "harness/core/text.h"
#include "reports/common/appearance.h"
#include "reports/common/details.h"
#include "reports/html/expanded.h"
#include "reports/html/html_parts.h"
#include "reports/signoff/sign_off_parts.h"

namespace smx {
namespace {

using ctemplate::TemplateDictionary;

/// What was signed by exception is never green.
Tone tone_of_statement(const Statement& s) {
  if (s.input.record.end == RunEnd::completed && s.input.judgement.exit_code == 0 && s.in_need.empty())
    return Tone::good;
  return s.input.judgement.exit_code == 1 ? Tone::bad : Tone::caution;
}

std::string tallies(const Judgement& judgement) {
  std::string words;
  const auto add = [&words](int count, std::string_view what) {
    if (count > 0) words += fmt::format("{}{} {}", words.empty() ? "" : ", ", count, what);
  };
  for (const auto& [verdict, count] : judgement.counts) add(count, name(verdict));
  add(judgement.flaky, "flaky");
  return words.empty() ? "No cells" : words;
}

void add_statement_fact(TemplateDictionary& dict, const char* key, const std::string& value) {
  auto& fact = *dict.AddSectionDictionary("FACT");
  fact.SetValue("KEY", key);
  html::set_text(fact, "VALUE", value);
}

void fill_facts(TemplateDictionary& dict, const Statement& s) {
  const auto& record = s.input.record;
  add_statement_fact(dict, "Signed by", s.sign_off.signer);
  add_statement_fact(dict, "Certificate's SHA-256", s.sign_off.fingerprint);
  add_statement_fact(dict, "Signed at", time_words(s.sign_off.when));
  add_statement_fact(dict, "Product and version", s.sign_off.product + " " + s.sign_off.version);
  add_statement_fact(dict, "Run", record.info.id);
  add_statement_fact(dict, "Matrix",
                     fmt::format("{} ({})", record.plan.matrix.name, record.plan.matrix.file));
  const auto lasted = record.end == RunEnd::unfinished
                          ? std::string()
                          : ", " + duration_words(record.ended - record.info.started);
  add_statement_fact(dict, "Run at",
                     fmt::format("{}{}, {}", time_words(record.info.started), lasted, end_words(record.end)));
  add_statement_fact(dict, "Waivers judged on", s.sign_off.judged_as_of);
  add_statement_fact(dict, "Run by", "safemode-matrix " + record.info.harness_version);
}

void fill_statement_head(TemplateDictionary& dict, const Statement& s) {
  const auto& judgement = s.input.judgement;
  const auto tone = tone_of_statement(s);
  html::set_text(dict, "PRODUCT", s.sign_off.product);
  html::set_text(dict, "VERSION", s.sign_off.version);
  html::set_text(dict, "RUN", s.input.record.info.id);
  html::set_text(dict, "HEADLINE", judgement.headline);
  dict.SetValue("TONE", std::string(name(tone)));
  dict.SetValue("SYMBOL", tone == Tone::good ? "✓" : tone == Tone::bad ? "✗" : "?");
  dict.SetValue("COVERAGE_WORDS", coverage_words(s.coverage));
  dict.SetValue("TALLIES", tallies(judgement));
  dict.SetIntValue("EXIT_CODE", judgement.exit_code);
  if (s.input.record.end != RunEnd::completed) dict.ShowSection("PARTIAL");
  if (!s.excepted.empty())
    dict.AddSectionDictionary("EXCEPTED")->SetValue("CELLS", plural(s.excepted.size(), "cell"));
  dict.SetValue("COMMANDS", verify_commands("SIGNER.pem"));
  fill_facts(dict, s);
}

}  // namespace

std::string verify_commands(const std::string& certificate_file) {
  return fmt::format(
      "openssl cms -verify -binary -purpose any -inform DER -in manifest.json.cms -content manifest.json \\\n"
      "  -nointern -certfile {} -noverify -out /dev/null\n"
      "jq -r '.files[] | \"\\(.sha256)  \\(.path)\"' manifest.json | sha256sum -c --quiet\n",
      certificate_file);
}

std::string sign_off_html(const Statement& statement, const std::filesystem::path& templates) {
  TemplateDictionary dict("sign-off");
  fill_statement_head(dict, statement);
  signoff_page::fill_grid(dict, statement);
  signoff_page::fill_findings(dict, statement);
  signoff_page::fill_background(dict, statement);
  dict.AddIncludeDictionary("LOOK")->SetFilename("sign-off-look.tpl");
  return html::expanded(templates, "sign-off.tpl", dict, "the sign-off page");
}

std::string sign_off_html(const Statement& statement) {
  return sign_off_html(statement, data_dir() / "signoff");
}

}  // namespace smx
