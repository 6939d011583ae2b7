#include "harness/signoff/manifest.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/signoff/requirements.h"
#include "tests/unit/reports/json_schema.h"

namespace smx::signoff {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Manifest sample() {
  Manifest m{
      "Example", "1.2", "20261124-093012-5f3c", "2026-11-27T10:00:00.000Z", "CN=R. Roe", std::string(64, 'f'),
      {},        {}};
  m.files = {{"evidence/" + std::string(64, 'a'), std::string(64, 'a'), 12},
             {"report.json", std::string(64, 'b'), 0}};
  m.subjects = {{"image", "w", std::string(64, 'c'), "w.qcow2"}, {"harness", "safemode-matrix", "", "0.1.0"}};
  return m;
}

std::string refused(const std::string& text) {
  try {
    parse_manifest(text);
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::usage);
    EXPECT_THAT(e.what(), HasSubstr("manifest.json is not a manifest of a sign-off: "));
    return e.what();
  }
  ADD_FAILURE() << "not refused: " << text.substr(0, 300);
  return "";
}

std::string with(const char* pointer, const json& value) {
  auto j = json::parse(manifest_text(sample()));
  j[json::json_pointer(pointer)] = value;
  return j.dump(2) + "\n";
}

TEST(Manifest, is_read_as_it_was_written) {
  const auto m = parse_manifest(manifest_text(sample()));
  EXPECT_EQ(manifest_text(m), manifest_text(sample()));
  EXPECT_EQ(m.files, sample().files);
  EXPECT_EQ(m.subjects, sample().subjects);
  EXPECT_EQ(m.fingerprint, sample().fingerprint);
}

TEST(Manifest, fits_its_published_schema_which_refuses_others) {
  const auto schema = json::parse(read_file(SMX_SOURCE_DIR "/scenarios/schema/manifest.schema.json"));
  const auto faults = [&](const std::string& text) {
    return testing::schema_faults(schema, json::parse(text));
  };
  EXPECT_THAT(faults(manifest_text(sample())), IsEmpty());
  EXPECT_THAT(faults(with("/format", 2)), ElementsAre("/format: is not 1"));
  EXPECT_THAT(faults(with("/files/0/path", "/etc/passwd")),
              ElementsAre(HasSubstr("/files/0/path: does not match")));
  EXPECT_THAT(faults(with("/files/0/sha256", "ab")),
              ElementsAre(HasSubstr("/files/0/sha256: does not match")));
  EXPECT_THAT(faults(with("/files/0/size", -1)), ElementsAre("/files/0/size: is too small"));
}

TEST(Manifest, with_a_path_that_leads_elsewhere_is_refused) {
  for (const std::string path : {"", "/etc/passwd", "../x", "a/../../x", "a/..", ".", "./a", "a//b", "a/",
                                 "a\nb", "a\tb", "\x1b[31m", "a\x7f", "manifest.json", "manifest.json.cms"}) {
    EXPECT_FALSE(is_bundle_path(path)) << path;
    EXPECT_THAT(refused(with("/files/0/path", path)), HasSubstr("is not a path inside a bundle")) << path;
  }
  EXPECT_FALSE(is_bundle_path(std::string(1025, 'a')));
  EXPECT_FALSE(is_bundle_path(std::string("a\0b", 3)));
  EXPECT_FALSE(is_bundle_path("\xff"));
  std::string deep = "a";
  for (std::size_t i = 1; i < kDepthLimit; ++i) deep += "/a";
  EXPECT_TRUE(is_bundle_path(deep));
  EXPECT_FALSE(is_bundle_path(deep + "/a"));
  for (const auto* path : {"a", "a/b", "..a", "a..", ".a", "evidence/x", "ü"})
    EXPECT_TRUE(is_bundle_path(path)) << path;
}

TEST(Manifest, with_a_path_twice_is_refused) {
  EXPECT_THAT(refused(with("/files/0/path", "report.json")), HasSubstr("\"report.json\" is there twice"));
}

TEST(Manifest, with_a_hash_or_size_that_is_none_is_refused) {
  EXPECT_THAT(refused(with("/files/0/sha256", std::string(64, 'A'))), HasSubstr("is not a SHA-256"));
  for (const json& size : {json(-1), json(1.5), json("12"), json(kFileSizeLimit + 1)})
    EXPECT_THAT(refused(with("/files/0/size", size)), ::testing::ContainsRegex("the size of .* is not valid"))
        << size;
}

TEST(Manifest, with_more_than_a_bundle_can_have_is_refused) {
  json files = json::array();
  for (std::size_t i = 0; i <= kFilesLimit; ++i) files.push_back(0);
  EXPECT_THAT(refused(with("/files", files)), HasSubstr("not a list of at most 200000"));
  EXPECT_THAT(refused(std::string(kManifestLimit + 1, ' ')), HasSubstr("larger than"));
}

TEST(Manifest, that_is_no_canonical_json_is_refused) {
  const auto good = manifest_text(sample());
  for (const auto& text : {std::string(), std::string("[]x"), good + " ", json::parse(good).dump() + "\n"})
    EXPECT_THAT(refused(text), HasSubstr("is ")) << text.substr(0, 40);
  auto twice = good;
  twice.insert(twice.find("  \"product\""), "  \"product\": \"Another\",\n");
  EXPECT_THAT(refused(twice), HasSubstr("not in the one form"));
  EXPECT_THAT(refused(std::string(1000, '[')), HasSubstr("nested too deeply"));
}

TEST(Manifest, that_lacks_something_is_refused) {
  const auto good = json::parse(manifest_text(sample()));
  for (const auto& [key, value] : good.items()) {
    auto without = good;
    without.erase(key);
    EXPECT_THAT(refused(without.dump(2) + "\n"), HasSubstr("a key is missing")) << key;
    EXPECT_FALSE(refused(with(("/" + key).c_str(), nullptr)).empty()) << key;
  }
  EXPECT_THAT(refused(with("/format", 2)), HasSubstr("does not read"));
}

TEST(SignOffWords, are_short_and_printable) {
  EXPECT_NO_THROW(check_word("Driver für Karten 2.0", "name"));
  for (const std::string word : {"", "a\nb", "\x1b[0m", "\xff"})
    EXPECT_THROW(check_word(word, "name"), Error) << word;
  EXPECT_THROW(check_word(std::string(101, 'x'), "name"), Error);
}

}  // namespace
}  // namespace smx::signoff
