#pragma once

#include <gmock/gmock.h>

#include <algorithm>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/model/judgement.h"
#include "harness/core/model/model_json.h"
#include "harness/core/types.h"
#include "harness/signoff/bundle.h"
#include "harness/verdict/judge.h"
#include "tests/unit/signing/test_signer.h"
#include "tests/unit/signoff/run_folder.h"

namespace smx::testing {

/// A finished run in a folder, which may be signed as it is, and what a bundle is made of it with. The PDF is
/// not made by weasyprint, which takes a second each time.
class BundleTest : public ::testing::Test {
 protected:
  BundleTest() {
    std::filesystem::copy(routine_run(), run_folder(), std::filesystem::copy_options::recursive);
  }

  /// Written once: a journal is durable at every step, which takes its time.
  static std::filesystem::path routine_run() {
    static const TempDir folder(std::filesystem::temp_directory_path(), "smx-routine-run-");
    static const bool written = [] {
      const RoutineRun routine(1);
      write_run(folder.path() / "run", routine.record, routine.evidence);
      return true;
    }();
    return written ? folder.path() / "run" : "";
  }

  std::filesystem::path run_folder() const { return dir.path() / "run"; }
  std::filesystem::path bundle() const { return dir.path() / "bundle"; }

  signoff::BundleInput input() {
    judgement = verdict::judge(run.record, {});
    SignOff sign_off;
    sign_off.product = "Example minidriver", sign_off.version = "1.2", sign_off.judged_as_of = "2026-11-24";
    sign_off.when = parse_iso8601("2026-11-27T10:00:00.000Z");
    sign_off.exceptions = exceptions;
    return {run.record, judgement, run_folder(), sign_off};
  }
  signoff::Manifest make() {
    return signoff::make_bundle(input(), {some_signer(), make_pdf, cancel}, bundle());
  }
  /// The message of the error that making it must throw; nothing may stay behind.
  std::string refusal(ErrorKind kind = ErrorKind::usage) {
    try {
      make();
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), kind) << e.what();
      expect_nothing_made();
      return e.what();
    }
    ADD_FAILURE() << "it was not refused";
    return "";
  }
  void expect_nothing_made() const {
    for (const auto& entry : std::filesystem::directory_iterator(dir.path()))
      EXPECT_TRUE(entry.path().filename() == "run" || entry.path().filename() == "in-the-way")
          << entry.path();
  }
  /// Turns the first covered cell of normal mode into a broken control.
  std::string break_control() {
    auto& attempt = run.record.attempts.front();
    attempt.observation.outcome = Outcome::failed;
    attempt.observation.message = "it <failed>";
    return attempt.cell.str();
  }

  TempDir dir{std::filesystem::temp_directory_path(), "smx-bundle-"};
  RoutineRun run{1};
  Judgement judgement;
  std::vector<SignOffException> exceptions;
  CancelToken cancel;
  signoff::MakePdf make_pdf = [](const std::filesystem::path& html, const std::filesystem::path& pdf) {
    write_file_atomically(pdf, "%PDF of " + sha256_file(html));
  };
};

}  // namespace smx::testing
