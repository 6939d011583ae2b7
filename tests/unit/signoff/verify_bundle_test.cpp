#include "harness/signoff/verify_bundle.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "tests/unit/signoff/bundle_fixture.h"

namespace smx::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Kind = signoff::Finding::Kind;

void put(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

class VerifyBundleTest : public BundleTest {
 protected:
  VerifyBundleTest() { make(); }

  signoff::BundleCheck check(const signing::Identity& pinned = some_signer().identity()) {
    return signoff::verify_bundle(bundle(), pinned, cancel, [](const std::string&) {});
  }
  /// "altered report.json: has other bytes ..."
  std::vector<std::string> findings() {
    std::vector<std::string> all;
    for (const auto& f : check().findings)
      all.push_back(std::string(signoff::name(f.kind)) + " " + f.path + ": " + f.what);
    return all;
  }
  /// Signs a manifest of one's own, as a hostile signer could.
  void sign(const std::string& manifest) {
    put(bundle() / "manifest.json", manifest);
    put(bundle() / "manifest.json.cms", some_signer().sign_detached(manifest));
  }
};

TEST_F(VerifyBundleTest, finds_nothing_in_a_bundle_as_it_was_made) {
  const auto result = check();
  EXPECT_TRUE(result.sound()) << ::testing::PrintToString(findings());
  EXPECT_TRUE(result.signature.valid);
  EXPECT_EQ(result.files, result.manifest->files.size());
}

TEST_F(VerifyBundleTest, names_what_was_altered_what_is_missing_and_what_is_not_listed) {
  put(bundle() / "report.json", read_file(bundle() / "report.json") + " ");
  auto junit = read_file(bundle() / "junit.xml");
  junit[10] ^= 1;
  put(bundle() / "junit.xml", junit);
  fs::remove(bundle() / "sign-off.pdf");
  put(bundle() / "evidence" / "more", "x");
  EXPECT_THAT(findings(),
              ElementsAre("altered junit.xml: has other bytes than were signed",
                          HasSubstr("altered report.json: has "), "missing sign-off.pdf: is not there",
                          "unlisted evidence/more: is not in the manifest"));
}

TEST_F(VerifyBundleTest, follows_no_link_and_opens_no_odd_file) {
  fs::rename(bundle() / "report.json", dir.path() / "report.json");
  fs::create_symlink(dir.path() / "report.json", bundle() / "report.json");
  ASSERT_EQ(::mkfifo((bundle() / "junit.tmp").c_str(), 0600), 0);
  fs::remove(bundle() / "junit.xml");
  ASSERT_EQ(::mkfifo((bundle() / "junit.xml").c_str(), 0600), 0);
  fs::create_directory_symlink("/etc", bundle() / "etc");
  fs::create_directory(bundle() / "empty");
  EXPECT_THAT(findings(), ElementsAre("altered junit.xml: is a pipe, no file",
                                      "altered report.json: is a symbolic link, no file",
                                      "unlisted empty: is an empty folder",
                                      "unlisted etc: is a symbolic link", "unlisted junit.tmp: is a pipe"));
}

TEST_F(VerifyBundleTest, follows_no_link_in_the_middle_of_a_path) {
  fs::rename(bundle() / "evidence", dir.path() / "evidence");
  fs::create_directory_symlink(dir.path() / "evidence", bundle() / "evidence");
  const auto all = findings();
  EXPECT_EQ(
      std::count_if(all.begin(), all.end(), [](const auto& f) { return f.starts_with("missing evidence/"); }),
      static_cast<long>(run.evidence.bytes.size()));
  EXPECT_EQ(all.back(), "unlisted evidence: is a symbolic link");
}

TEST_F(VerifyBundleTest, says_when_somebody_else_signed) {
  const TempDir keys(fs::temp_directory_path(), "smx-keys-");
  const auto other = signing::read_identity(make_signer(keys.path(), "other", {"p256"}).certificate);
  const auto result = check(other);
  ASSERT_FALSE(result.sound());
  EXPECT_EQ(result.findings.front().kind, Kind::signature);
  EXPECT_THAT(result.findings.front().what, HasSubstr("not by CN=R. Roe (SHA-256 " + other.fingerprint));
}

TEST_F(VerifyBundleTest, says_when_manifest_or_signature_is_missing_or_both) {
  fs::rename(bundle() / "manifest.json.cms", dir.path() / "cms");
  EXPECT_THAT(findings(), ElementsAre("missing manifest.json.cms: is not there"));
  fs::create_symlink(dir.path() / "cms", bundle() / "manifest.json.cms");
  EXPECT_THAT(findings(), ElementsAre(HasSubstr("altered manifest.json.cms: is not a plain file")));
  fs::remove(bundle() / "manifest.json");
  fs::remove(bundle() / "manifest.json.cms");
  fs::rename(dir.path() / "cms", bundle() / "manifest.json.cms");
  EXPECT_THAT(findings(), ElementsAre("missing manifest.json: is not there"));
  fs::remove(bundle() / "manifest.json.cms");
  EXPECT_THROW(check(), Error);
  fs::remove_all(bundle());
  EXPECT_THROW(check(), Error);
}

TEST_F(VerifyBundleTest, compares_files_although_the_manifest_was_altered) {
  auto text = read_file(bundle() / "manifest.json");
  const auto at = text.find("Example minidriver");
  text[at] = 'e';
  put(bundle() / "manifest.json", text);
  fs::remove(bundle() / "report.html");
  EXPECT_THAT(findings(), ElementsAre(HasSubstr("signature manifest.json.cms: the signature does not fit"),
                                      "missing report.html: is not there"));
}

TEST_F(VerifyBundleTest, believes_no_signed_manifest_whose_paths_lead_elsewhere) {
  for (const auto* path : {"../run/journal.db", "/etc/hostname"}) {
    auto j = nlohmann::json::parse(read_file(bundle() / "manifest.json"));
    j["files"][0]["path"] = path;
    sign(j.dump(2) + "\n");
    EXPECT_THAT(findings(), ElementsAre(HasSubstr("is not a path inside a bundle"))) << path;
  }
}

TEST_F(VerifyBundleTest, wants_the_manifest_to_name_who_signed) {
  auto manifest = signoff::parse_manifest(read_file(bundle() / "manifest.json"));
  manifest.fingerprint = std::string(64, '0');
  sign(signoff::manifest_text(manifest));
  EXPECT_THAT(findings(), ElementsAre("manifest manifest.json: names another certificate as the signer's"));
}

TEST_F(VerifyBundleTest, stops_when_it_is_told_to) {
  cancel.cancel();
  EXPECT_THROW(check(), Cancelled);
}

/// The property that a bundle is for: no byte of it can change, go or come without being found.
class Tampering : public VerifyBundleTest {
 protected:
  enum class How { flip, insert, erase };

  static std::string tampered(std::string bytes, std::size_t at, How how, unsigned bit) {
    if (how == How::insert) return bytes.insert(at, 1, static_cast<char>(bit * 31));
    if (how == How::erase) return bytes.erase(at, 1);
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit % 8));
    return bytes;
  }
  /// Whether the bundle is found unsound with `file` tampered with, by a finding of that file.
  bool is_found(const std::string& file, const std::string& good, std::size_t at, How how, unsigned bit) {
    put(bundle() / file, tampered(good, at, how, bit));
    const auto result = check();
    const auto about = file == "manifest.json" ? std::string(signoff::kSignatureFile) : file;
    return std::any_of(result.findings.begin(), result.findings.end(),
                       [&](const auto& f) { return f.path == about; });
  }
  void expect_found(const std::string& file, std::size_t tries) {
    const auto good = read_file(bundle() / file);
    std::mt19937 random(20261127);
    const bool all = tries >= good.size();
    for (std::size_t n = 0; n < std::min(tries, good.size()); ++n) {
      const std::size_t at = all ? n : random() % good.size();
      for (const auto how : {How::flip, How::insert, How::erase})
        ASSERT_TRUE(is_found(file, good, at, how, static_cast<unsigned>(random())))
            << file << " at " << at << ", " << static_cast<int>(how);
    }
    put(bundle() / file, good);
    ASSERT_TRUE(check().sound()) << file << " was put back";
  }
};

TEST_F(Tampering, with_any_listed_file_is_found) {
  for (const auto& file : signoff::parse_manifest(read_file(bundle() / "manifest.json")).files)
    expect_found(file.path, 8);
}

TEST_F(Tampering, with_every_byte_of_a_small_file_is_found) {
  std::string smallest;
  for (const auto& file : signoff::parse_manifest(read_file(bundle() / "manifest.json")).files)
    if (file.size > 0 && (smallest.empty() || file.size < fs::file_size(bundle() / smallest)))
      smallest = file.path;
  expect_found(smallest, 1u << 20);
}

TEST_F(Tampering, with_the_manifest_is_found) {
  expect_found("manifest.json", 400);
}

TEST_F(Tampering, with_the_signature_is_found_or_changes_nothing) {
  const auto good = read_file(bundle() / signoff::kSignatureFile);
  for (std::size_t at = 0; at < good.size(); ++at) {
    put(bundle() / signoff::kSignatureFile, tampered(good, at, How::flip, static_cast<unsigned>(at)));
    const auto result = check();
    if (!result.sound()) continue;
    EXPECT_EQ(result.signature.signer, some_signer().identity()) << at;
    EXPECT_EQ(sha256_file(bundle() / "manifest.json"), sha256_hex(signoff::manifest_text(*result.manifest)))
        << at;
  }
}

}  // namespace
}  // namespace smx::testing
