#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "harness/core/cancel.h"
#include "harness/core/model/judgement.h"
#include "harness/core/model/run_record.h"
#include "harness/core/sign_off.h"
#include "harness/signing/signer.h"
#include "harness/signoff/manifest.h"

// A sign-off bundle: a folder with a statement, the reports, the journal and all evidence of a run, a
// manifest that lists them by SHA-256, and a detached signature over that manifest.
//
//   sign-off.html  sign-off.pdf  sign-off.json          the statement
//   report.html    report.json   junit.xml  summary.md  the reports
//   journal.db     evidence/SHA256...                   the record
//   manifest.json  manifest.json.cms                    what is signed, and the signature

namespace smx::signoff {

/// Whether the folder is a bundle: nothing may be written into it.
bool is_bundle(const std::filesystem::path& folder);

/// Makes a PDF of a page. Blocks; throws Error(environment).
using MakePdf = std::function<void(const std::filesystem::path& html, const std::filesystem::path& pdf)>;

/// weasyprint. Throws Error(environment) when it is not there or fails, Cancelled.
MakePdf weasyprint(const CancelToken& cancel);

struct BundleInput {
  const RunRecord& record;
  const Judgement& judgement;
  std::filesystem::path run_folder;
  /// `signer`, `fingerprint` and `subjects` are filled in here.
  SignOff sign_off;
};

struct BundleTools {
  signing::Signer& signer;
  MakePdf make_pdf;
  const CancelToken& cancel;
  std::function<void(const std::string&)> progress = [](const std::string&) {};  ///< called often
};

/// What can be known before a secret is asked for. Throws Error(usage) when `folder` is there, and
/// when the run may not be signed (requirements.h).
void check_may_be_signed(const BundleInput& input, const std::filesystem::path& folder);

/// Makes the bundle in a new folder beside `folder` and renames it when it is whole and on disk. The
/// caller holds the run's lock. Throws as check_may_be_signed; Error(usage) when evidence that the run
/// names is missing or is not what its name says; Error(environment); Cancelled. In all these cases nothing
/// stays behind.
Manifest make_bundle(const BundleInput& input, const BundleTools& tools, const std::filesystem::path& folder);

}  // namespace smx::signoff
