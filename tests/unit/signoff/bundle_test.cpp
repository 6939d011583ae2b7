#include <nlohmann/json.hpp>

#include "harness/journal/journal.h"
#include "harness/signing/verify.h"
#include "harness/signoff/subjects.h"
#include "tests/unit/signoff/bundle_fixture.h"

namespace smx::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

TEST_F(BundleTest, holds_statement_reports_journal_and_every_piece_of_evidence) {
  const auto manifest = make();
  std::vector<std::string> paths;
  for (const auto& file : manifest.files) paths.push_back(file.path);
  EXPECT_TRUE(std::is_sorted(paths.begin(), paths.end()));
  for (const auto* file : {"sign-off.html", "sign-off.pdf", "sign-off.json", "report.html", "report.json",
                           "junit.xml", "summary.md", "journal.db"})
    EXPECT_THAT(paths, ::testing::Contains(file));
  for (const auto& [sha256, bytes] : run.evidence.bytes) {
    EXPECT_THAT(paths, ::testing::Contains("evidence/" + sha256));
    EXPECT_EQ(read_file(bundle() / "evidence" / sha256), bytes);
  }
  EXPECT_EQ(paths.size(), 8 + run.evidence.bytes.size());
  EXPECT_EQ(fs::status(bundle()).permissions() & fs::perms::all, fs::perms(0755));
  fs::remove_all(bundle());
  expect_nothing_made();
}

TEST_F(BundleTest, has_a_manifest_of_every_file_and_a_signature_over_it) {
  make();
  const auto text = read_file(bundle() / "manifest.json");
  const auto manifest = signoff::parse_manifest(text);
  for (const auto& file : manifest.files) {
    EXPECT_EQ(file.sha256, sha256_file(bundle() / file.path)) << file.path;
    EXPECT_EQ(file.size, fs::file_size(bundle() / file.path)) << file.path;
  }
  EXPECT_EQ(manifest.run, run.record.info.id);
  EXPECT_EQ(manifest.signed_at, "2026-11-27T10:00:00.000Z");
  EXPECT_EQ(manifest.fingerprint, some_signer().identity().fingerprint);
  const auto check =
      signing::verify_detached(text, read_file(bundle() / "manifest.json.cms"), some_signer().identity());
  EXPECT_TRUE(check.valid) << check.why;
}

TEST_F(BundleTest, has_a_journal_that_can_be_read_and_stays_as_it_was_signed) {
  make();
  const auto before = sha256_file(bundle() / "journal.db");
  const auto copy = journal::read_run(bundle());
  EXPECT_EQ(copy.info, run.record.info);
  EXPECT_EQ(copy.attempts.size(), run.record.attempts.size());
  EXPECT_EQ(sha256_file(bundle() / "journal.db"), before);
  EXPECT_FALSE(fs::exists(bundle() / "journal.db-wal"));
}

TEST_F(BundleTest, leaves_the_run_as_it_was) {
  const auto files = [&] {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(run_folder()))
      if (entry.is_regular_file()) all[entry.path().string()] = sha256_file(entry.path());
    return all;
  };
  const auto before = files();
  make();
  EXPECT_EQ(files(), before);
}

TEST_F(BundleTest, is_never_written_over_anything) {
  fs::create_directory(dir.path() / "in-the-way");
  const auto refused = [&](const fs::path& folder) {
    try {
      signoff::make_bundle(input(), {some_signer(), make_pdf, cancel}, folder);
    } catch (const Error& e) {
      return std::string(e.what());
    }
    return std::string("not refused");
  };
  EXPECT_THAT(refused(dir.path() / "in-the-way"), HasSubstr("is there already"));
  fs::remove(dir.path() / "in-the-way");
  fs::create_symlink("nowhere", dir.path() / "in-the-way");
  EXPECT_THAT(refused(dir.path() / "in-the-way"), HasSubstr("is there already"));
  // Somebody else makes it while this one is being made.
  make_pdf = [&](const fs::path&, const fs::path& pdf) {
    write_file_atomically(pdf, "%PDF");
    fs::create_directories(bundle() / "theirs");
  };
  EXPECT_THAT(refused(bundle()), HasSubstr("is there already"));
  EXPECT_TRUE(fs::exists(bundle() / "theirs"));
}

TEST_F(BundleTest, is_refused_when_evidence_is_missing_or_altered) {
  const auto& first = run.record.attempts.front();
  const auto path = run_folder() / "evidence" / first.observation.evidence.front().sha256;
  const auto bytes = read_file(path);
  fs::remove(path);
  EXPECT_THAT(refusal(), HasSubstr("agent-stdout.json of " + first.cell.str()));
  EXPECT_THAT(refusal(), HasSubstr("is missing"));
  write_file_atomically(path, bytes + " ");
  EXPECT_THAT(refusal(), HasSubstr("its bytes changed"));
  fs::remove(path);
  write_file_atomically(dir.path() / "run" / "elsewhere", bytes);
  fs::create_symlink("../elsewhere", path);
  EXPECT_THAT(refusal(), HasSubstr("is missing")) << "a link is no evidence, wherever it leads";
  fs::remove(path);
  write_file_atomically(path, bytes);
  make();
}

TEST_F(BundleTest, is_refused_when_evidence_is_named_by_a_path) {
  run.record.attempts.front().observation.evidence.front().sha256 = "../../../../etc/passwd";
  EXPECT_THAT(refusal(), HasSubstr("is named by no SHA-256"));
}

TEST_F(BundleTest, names_the_first_ten_pieces_of_evidence_that_are_not_there) {
  fs::remove_all(run_folder() / "evidence");
  fs::create_directory(run_folder() / "evidence");
  EXPECT_THAT(refusal(), HasSubstr("and " + std::to_string(run.evidence.bytes.size() - 10) + " more"));
}

TEST_F(BundleTest, is_refused_for_a_cell_without_a_written_exception) {
  const auto cell = break_control();
  EXPECT_THAT(refusal(), HasSubstr(cell + "  control-broken: failed"));
  exceptions = {{cell, "qa@example.com", "the reader of that machine was exchanged"}};
  make();
  const auto statement = nlohmann::json::parse(read_file(bundle() / "sign-off.json"));
  EXPECT_EQ(statement["exceptions"][0]["reason"], exceptions[0].reason);
  EXPECT_EQ(statement["deviations"][0]["cell"], cell);
  EXPECT_EQ(statement["deviations"][0]["exception"], 0);
}

TEST_F(BundleTest, is_refused_for_cells_that_were_planned_but_not_run) {
  const auto cell = run.record.attempts.front().cell.str();
  run.record.attempts.erase(run.record.attempts.begin());
  EXPECT_THAT(refusal(), HasSubstr(cell + "  inconclusive: not run"));
}

TEST_F(BundleTest, lists_ten_of_many_cells_and_their_count) {
  run.record.attempts.clear();
  const auto text = refusal();
  const auto count = static_cast<std::size_t>(judgement.covered);
  EXPECT_THAT(text, HasSubstr(std::to_string(count) + " cells without a written exception"));
  EXPECT_THAT(text, HasSubstr("and " + std::to_string(count - 10) + " more\n"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 12);
  exceptions = {{"*", "qa@example.com", "nothing was run"}};
  EXPECT_NO_THROW(make());
}

TEST_F(BundleTest, is_refused_for_an_exception_of_no_cell_in_need) {
  exceptions = {{run.record.plan.cells.front().id.str(), "qa@example.com", "in vain"}};
  EXPECT_THAT(refusal(), HasSubstr("is of no cell that needs one"));
  exceptions.clear();
  exceptions.push_back({break_control(), "qa@example.com", "needed"});
  exceptions.push_back({"elsewhere/*", "qa@example.com", "in vain"});
  EXPECT_THAT(refusal(), HasSubstr("the exception for \"elsewhere/*\""));
}

TEST_F(BundleTest, leaves_nothing_behind_when_it_is_interrupted_or_cannot_be_made) {
  make_pdf = [&](const fs::path&, const fs::path&) { cancel.cancel(); };
  EXPECT_THROW(make(), Cancelled);
  expect_nothing_made();
}

TEST_F(BundleTest, leaves_nothing_behind_without_a_pdf) {
  make_pdf = [](const fs::path&, const fs::path&) { throw Error(ErrorKind::environment, "no PDF"); };
  EXPECT_EQ(refusal(ErrorKind::environment), "no PDF");
}

TEST_F(BundleTest, names_what_was_tested_by_hash) {
  const std::string hash(64, 'a');
  auto& info = run.record.info;
  info.environment["image.reference-linux"] = "reference-linux/0123abcd";
  info.environment["image.w"] = "/images/w.qcow2 sha256:" + hash;
  info.environment["agent.w"] = "sha256:" + hash;
  info.environment["drivers.w"] = "sha256:" + std::string(63, 'a');
  run.record.boots.front().evidence = {run.evidence.add(
      "inventory.json",
      R"({"details": {"files": {"winscard.dll": {"present": true, "version": "6.1", "sha256": ")" + hash +
          R"("}, "gone.dll": {"present": false}, "odd": 3,
                                             "bad.dll": {"sha256": "../x"}}, "readers": []}})")};
  const auto subjects = signoff::subjects_of(run.record, run.evidence);
  const auto has = [&](const Subject& subject) {
    return std::find(subjects.begin(), subjects.end(), subject) != subjects.end();
  };
  EXPECT_TRUE(has({"image", "reference-linux", "", "reference-linux/0123abcd"}));
  EXPECT_TRUE(has({"image", "w", hash, "/images/w.qcow2"}));
  EXPECT_TRUE(has({"agent", "w", hash, ""}));
  EXPECT_TRUE(has({"drivers", "w", "", "sha256:" + std::string(63, 'a')})) << "no hash, so an identity";
  EXPECT_TRUE(has({"driver", "reference-linux: winscard.dll", hash, "6.1"}));
  EXPECT_TRUE(has({"card", "piv", "", "piv, rsa2048, plug-and-play"}));
  EXPECT_TRUE(has({"harness", "safemode-matrix", "", "0.1.0"}));
  run.record.info.environment["harness"] = "sha256:" + hash;
  const auto with_hash = signoff::subjects_of(run.record, run.evidence);
  EXPECT_NE(
      std::find(with_hash.begin(), with_hash.end(), Subject{"harness", "safemode-matrix", hash, "0.1.0"}),
      with_hash.end());
  EXPECT_EQ(
      std::count_if(subjects.begin(), subjects.end(), [](const Subject& s) { return s.kind == "driver"; }),
      1);
  for (const auto* kind : {"support-table", "matrix", "catalogue"})
    EXPECT_EQ(std::count_if(subjects.begin(), subjects.end(),
                            [&](const Subject& s) { return s.kind == kind && s.sha256.size() == 64; }),
              1)
        << kind;
}

TEST_F(BundleTest, makes_nothing_of_an_inventory_that_is_none) {
  for (const auto* text : {"", "[]", "{\"details\": {\"files\": 3}}",
                           "{\"details\": {\"files\": {\"a\": {\"sha256\": 7}}}}", "\xff"}) {
    run.record.boots.front().evidence = {run.evidence.add("inventory.json", text)};
    for (const auto& subject : signoff::subjects_of(run.record, run.evidence))
      EXPECT_NE(subject.kind, "driver");
  }
}

}  // namespace
}  // namespace smx::testing
