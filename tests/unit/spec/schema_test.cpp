#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "harness/spec/json_files.h"
#include "harness/spec/support_tables.h"
#include "scenarios/verify/verify.h"
#include "tests/unit/spec/corp_authority.h"
#include "tests/unit/spec/schema_samples.h"
#include "tests/unit/spec/spec_files.h"

// The published schemas are for editors, the loaders decide. These tests show that an editor accepts what
// ships, and that schema and loader refuse the same mistakes.

namespace smx::spec {
namespace {

using nlohmann::json;

const std::filesystem::path kScenarios = SMX_SCENARIOS;
const std::vector<std::string> kSchemas{"matrix",        "scenario", "support-table",
                                        "confirmations", "waivers",  "exceptions"};

json parsed(const std::filesystem::path& path) {
  return json::parse(read_file(path), nullptr, true, /*ignore_comments=*/true);
}

bool valid(const std::string& name, const json& file, std::string* why = nullptr) {
  const auto text = parsed(kScenarios / "schema" / (name + ".schema.json"));
  valijson::Schema schema;
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(text), schema);
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  valijson::ValidationResults results;
  const bool good = validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(file), &results);
  valijson::ValidationResults::Error error;
  while (why != nullptr && results.popError(error)) *why += error.description + "\n";
  return good;
}

/// Whether the loader takes the file.
bool loadable(const std::string& schema, const json& file, std::string* why = nullptr) {
  const Files files;
  files.write("corp-ca.pem", kCorpRoot);
  files.write("corp.crl.pem", kCorpList);
  try {
    if (schema == "matrix") load_matrix(files.write("m.json", file.dump()), small_catalogue(), kTables);
    if (schema == "waivers") load_waivers(files.write("w.json", file.dump()));
    if (schema == "exceptions") load_exceptions(files.write("e.json", file.dump()));
    if (schema == "scenario") {
      files.write("c/s.json", file.dump());
      load_catalogue(files.path("c"), kVerifiers);
    }
    if (schema == "support-table") load_support_table(files.write("s.json", file.dump()));
    if (schema == "confirmations") {
      files.write("s.confirmations.json", file.dump());
      load_support_table(files.write("s.json", good_sample("support-table")));
    }
  } catch (const Error& error) {
    if (why != nullptr) *why = error.what();
    return false;
  }
  return true;
}

json changed(const BadSample& sample) {
  auto file = json::parse(good_sample(sample.schema));
  const json::json_pointer at(sample.pointer);
  if (!sample.value.empty())
    file[at] = json::parse(sample.value);
  else
    file[at.parent_pointer()].erase(at.back());
  return file;
}

TEST(Schemas, accept_every_file_that_ships) {
  const std::vector<std::pair<std::string, std::string>> folders{
      {"catalogue", "scenario"}, {"support", "support-table"}, {"matrices", "matrix"}};
  for (const auto& [folder, schema] : folders)
    for (const auto& file : json_files(kScenarios / folder, schema)) {
      std::string why;
      EXPECT_TRUE(valid(schema, parsed(file), &why)) << file << ": " << why;
      EXPECT_EQ(parsed(file).at("$schema"), "../schema/" + schema + ".schema.json") << file;
    }
}

TEST(Schemas, accept_what_the_program_writes) {
  const Files files;
  const auto table = files.write("s.json", good_sample("support-table"));
  confirm_mark(table, "a", Mark::supported, "Jane", "print", "2026-11-24");
  std::string why;
  EXPECT_TRUE(valid("confirmations", parsed(files.path("s.confirmations.json")), &why)) << why;
  EXPECT_TRUE(valid("support-table", json::parse(support_table_text(load_support_table(table))), &why))
      << why;
}

TEST(Schemas, list_the_verifiers_that_there_are) {
  std::vector<std::string> names;
  for (const auto& verifier : verify::verifiers()) names.push_back(verifier.name);
  EXPECT_EQ(parsed(kScenarios / "schema" / "scenario.schema.json")
                .at("/properties/verify/items/enum"_json_pointer)
                .get<std::vector<std::string>>(),
            names);
}

TEST(Schemas, agree_with_the_loaders_on_good_files) {
  for (const auto& schema : kSchemas) {
    std::string why;
    EXPECT_TRUE(valid(schema, json::parse(good_sample(schema)), &why)) << schema << ": " << why;
    EXPECT_TRUE(loadable(schema, json::parse(good_sample(schema)), &why)) << schema << ": " << why;
  }
}

TEST(Schemas, agree_with_the_loaders_on_bad_files) {
  for (const auto& sample : bad_samples()) {
    const auto name = sample.schema + sample.pointer + " = " + sample.value;
    EXPECT_FALSE(valid(sample.schema, changed(sample))) << name;
    EXPECT_FALSE(loadable(sample.schema, changed(sample))) << name;
  }
}

TEST(Schemas, leave_to_the_loaders_what_they_cannot_know) {
  for (const auto& sample : loader_only_samples()) {
    const auto name = sample.schema + sample.pointer + " = " + sample.value;
    std::string why;
    EXPECT_TRUE(valid(sample.schema, changed(sample), &why)) << name << ": " << why;
    EXPECT_FALSE(loadable(sample.schema, changed(sample))) << name;
  }
}

TEST(Schemas, and_loaders_need_the_same_keys) {
  for (const auto& schema : kSchemas) {
    const auto good = json::parse(good_sample(schema));
    for (const auto& [key, value] : good.items()) {
      // Needed because of what else stands in the file, which the schema does not follow.
      if ((schema == "matrix" && key == "cards") || (schema == "scenario" && key == "checks")) continue;
      const auto without = changed({schema, "/" + key, ""});
      std::string why;
      EXPECT_EQ(valid(schema, without), loadable(schema, without, &why))
          << schema << " without " << key << why;
    }
  }
}

}  // namespace
}  // namespace smx::spec
