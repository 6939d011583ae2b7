#include "harness/signoff/bundle.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/model/model_json.h"
#include "harness/core/text.h"
#include "harness/core/unique_fd.h"
#include "harness/journal/journal.h"
#include "harness/signoff/evidence_copy.h"
#include "harness/signoff/requirements.h"
#include "harness/signoff/subjects.h"
#include "reports/common/evidence_folder.h"
#include "reports/files/report_files.h"
#include "reports/signoff/sign_off_html.h"
#include "reports/signoff/sign_off_json.h"

namespace smx::signoff {
namespace {

namespace fs = std::filesystem;

std::vector<FileEntry> list_files(const fs::path& folder, const BundleTools& tools) {
  std::vector<FileEntry> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_directory()) continue;
    tools.cancel.check();
    tools.progress(fmt::format("hashing the bundle: {} so far", plural(files.size() + 1, "file")));
    files.push_back({entry.path().lexically_relative(folder).generic_string(), sha256_file(entry.path()),
                     entry.file_size()});
  }
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

Manifest sign_manifest(const SignOff& sign_off, const std::string& run, const BundleTools& tools,
                       const fs::path& folder) {
  Manifest manifest{sign_off.product,          sign_off.version, run,
                    iso8601(sign_off.when),    sign_off.signer,  sign_off.fingerprint,
                    list_files(folder, tools), sign_off.subjects};
  const auto text = manifest_text(manifest);
  tools.progress("signing");
  write_file_atomically(folder / kManifestFile, text);
  write_file_atomically(folder / kSignatureFile, tools.signer.sign_detached(text));
  return manifest;
}

void write_statement(const Statement& statement, const BundleTools& tools, const fs::path& folder) {
  write_file_atomically(folder / "sign-off.json", sign_off_json(statement));
  write_file_atomically(folder / "sign-off.html", sign_off_html(statement));
  tools.make_pdf(folder / "sign-off.html", folder / "sign-off.pdf");
}

/// On disk first, then under its name; a folder that is there is never replaced.
void put_in_place(const fs::path& made, const fs::path& folder) {
  const UniqueFd fd(::open(made.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::syncfs(fd.get()) != 0 || ::fchmod(fd.get(), 0755) != 0)
    throw Error(ErrorKind::environment, folder.string() + " cannot be written: " + std::strerror(errno));
  if (::renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, folder.c_str(), RENAME_NOREPLACE) == 0) return;
  // Some file systems (NFS) have no such flag; an empty folder of this program's own may be replaced.
  if ((errno == EINVAL || errno == ENOSYS) && ::mkdir(folder.c_str(), 0700) == 0 &&
      ::rename(made.c_str(), folder.c_str()) == 0)
    return;
  const bool there = errno == EEXIST || errno == ENOTEMPTY;
  throw Error(there ? ErrorKind::usage : ErrorKind::environment,
              folder.string() +
                  (there ? " is there already" : std::string(" cannot be made: ") + std::strerror(errno)));
}

}  // namespace

bool is_bundle(const std::filesystem::path& folder) {
  std::error_code error;
  return std::filesystem::exists(folder / kSignatureFile, error);
}

void check_may_be_signed(const BundleInput& input, const fs::path& folder) {
  std::error_code error;
  if (fs::exists(fs::symlink_status(folder, error)))
    throw Error(ErrorKind::usage,
                folder.string() + " is there already; a bundle is never written over, name another with -o");
  EvidenceFolder evidence(input.run_folder / "evidence");
  check_requirements(make_statement({input.record, input.judgement, evidence}, input.sign_off));
}

Manifest make_bundle(const BundleInput& input, const BundleTools& tools, const fs::path& folder) {
  check_may_be_signed(input, folder);
  auto sign_off = input.sign_off;
  sign_off.signer = tools.signer.identity().subject;
  sign_off.fingerprint = tools.signer.identity().fingerprint;
  const auto parent = folder.has_parent_path() ? folder.parent_path() : fs::path(".");
  const TempDir temporary(parent, "." + folder.filename().string() + ".");
  const auto& made = temporary.path();

  copy_evidence(input.record, input.run_folder / "evidence", made / "evidence", tools.cancel, tools.progress);
  // From here on evidence is read from the copy, whose bytes are what their names say.
  EvidenceFolder evidence(made / "evidence");
  sign_off.subjects = subjects_of(input.record, evidence);
  const ReportInput report{input.record, input.judgement, evidence};
  const auto statement = make_statement(report, sign_off);
  tools.progress("copying the journal");
  journal::copy_journal(input.run_folder, made / "journal.db");
  tools.progress("writing the reports");
  write_report_files(report, made);
  write_statement(statement, tools, made);
  auto manifest = sign_manifest(sign_off, input.record.info.id, tools, made);
  tools.cancel.check();
  put_in_place(made, folder);
  return manifest;
}

}  // namespace smx::signoff
