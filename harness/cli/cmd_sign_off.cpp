#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/app/judge_arguments.h"
#include "harness/cli/common_options.h"
#include "harness/cli/session.h"
#include "harness/cli/signer_arguments.h"
#include "harness/cli/slow_notes.h"
#include "harness/core/clock.h"
#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/model/model_json.h"
#include "harness/core/text.h"
#include "harness/journal/journal.h"
#include "harness/journal/run_marks.h"
#include "harness/journal/run_store.h"
#include "harness/signoff/bundle.h"
#include "harness/signoff/requirements.h"
#include "harness/spec/load.h"
#include "reports/common/details.h"
#include "reports/signoff/sign_off_html.h"

namespace smx::cli {
namespace {

namespace fs = std::filesystem;

struct SignOffArguments {
  std::string run, product, version, exceptions, output;
  SignerArguments signer;
  app::JudgeArguments judge;
  bool json = false;
};

/// A part of a folder's name.
std::string for_a_name(std::string text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
  };
  std::replace_if(
      text.begin(), text.end(), [&](char c) { return !plain(c); }, '-');
  return text;
}

fs::path bundle_folder(const SignOffArguments& args, const std::string& run) {
  if (!args.output.empty()) {
    const auto folder = fs::absolute(args.output).lexically_normal();
    return folder.has_filename() ? folder : folder.parent_path();
  }
  return fs::absolute("sign-off-" + for_a_name(args.product) + "-" + for_a_name(args.version) + "-" +
                      for_a_name(run));
}

void check_arguments(const SignOffArguments& args) {
  if (args.run.empty())
    throw Error(ErrorKind::usage,
                "sign-off needs a RUN: \"latest\", an id, the beginning of one, or a folder");
  signoff::check_word(args.product, "product's name (--product)");
  signoff::check_word(args.version, "product's version (--version)");
}

void print_made(const SignOffArguments& args, const signoff::Manifest& made, const fs::path& folder) {
  if (args.json) {
    const nlohmann::json j = {
        {"bundle", folder.string()},
        {"product", made.product},
        {"version", made.version},
        {"run", made.run},
        {"signed_at", made.signed_at},
        {"signer", {{"subject", made.signer}, {"fingerprint_sha256", made.fingerprint}}},
        {"files", made.files.size()},
        {"manifest_sha256", sha256_file(folder / signoff::kManifestFile)}};
    std::cout << j.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
    return;
  }
  std::uint64_t bytes = 0;
  for (const auto& file : made.files) bytes += file.size;
  std::cout << fmt::format(
      "{} {} is signed off with run {}\n  by      {} (SHA-256 {})\n  bundle  {} ({}, {})\n\n"
      "To verify it: safemode-matrix sign-off verify {} --signer SIGNER.pem\n"
      "or, without this program, in that folder:\n\n{}",
      made.product, made.version, made.run, one_line(made.signer, 500), made.fingerprint, folder.string(),
      plural(made.files.size(), "file"), size_words(bytes), folder.string(), verify_commands("SIGNER.pem"));
}

/// The lock of the run's controller: the run cannot be resumed while it is being signed.
std::unique_ptr<FileLock> hold(const fs::path& run) {
  // Marks and locks in a bundle would be unsigned files.
  if (signoff::is_bundle(run))
    throw Error(ErrorKind::usage, run.string() + " is a sign-off bundle, not the folder of a run");
  auto lock = FileLock::try_take(run / "lock");
  if (!lock)
    throw Error(ErrorKind::usage,
                "the run in " + run.string() +
                    " is still running, and its controller holds it; sign it when it has ended");
  return lock;
}

/// So that the run is kept.
void mark(const fs::path& run, const signoff::Manifest& made, const fs::path& folder) try {
  journal::mark_signed(run, {made.product, made.version, made.signed_at,
                             made.signer + " (SHA-256 " + made.fingerprint + ")", folder.string()});
} catch (const Error&) {
  std::throw_with_nested(
      Error(ErrorKind::environment, folder.string() +
                                        " is made and signed, but its run could not be marked as signed, "
                                        "and may be pruned: " +
                                        run.string()));
}

void sign_off(const SignOffArguments& args, const CancelToken& cancel) {
  check_arguments(args);
  const auto now = SystemClock().now();
  const auto run = journal::RunStore(state_home() / "runs").find(args.run);
  journal::read_run(run);  // or a folder that is not a run would get a lock
  const auto lock = hold(run);
  auto record = journal::read_run(run);
  const auto options = app::judge_options(args.judge, record);
  const auto judgement = verdict::judge(record, options);
  signoff::BundleInput input{record, judgement, run, {}};
  input.sign_off.product = args.product;
  input.sign_off.version = args.version;
  input.sign_off.when = now;
  input.sign_off.judged_as_of = iso8601(options.as_of.value_or(record.info.started)).substr(0, 10);
  if (!args.exceptions.empty()) input.sign_off.exceptions = spec::load_exceptions(args.exceptions);
  const auto folder = bundle_folder(args, record.info.id);
  signoff::check_may_be_signed(input, folder);
  const auto signer = open_signer(args.signer, now, cancel);
  const auto make_pdf = [&](const fs::path& html, const fs::path& pdf) {
    std::cerr << "making sign-off.pdf\n";  // a second at least
    signoff::weasyprint(cancel)(html, pdf);
  };
  const auto made = signoff::make_bundle(input, {*signer, make_pdf, cancel, SlowNotes()}, folder);
  mark(run, made, folder);
  print_made(args, made, folder);
}

}  // namespace

void add_sign_off(CLI::App& app, Session& session) {
  auto args = std::make_shared<SignOffArguments>();
  auto* command = app.add_subcommand(
      "sign-off", "Make a signed bundle of a run: statement, reports, journal and evidence; or verify one");
  command->add_option("RUN", args->run, "\"latest\", an id, the beginning of one, or a run's folder");
  command->add_option("--product", args->product, "What is signed off")->type_name("NAME");
  command->add_option("--version", args->version, "Its version")->type_name("VERSION");
  add_signer_options(*command, args->signer);
  command
      ->add_option("--exceptions", args->exceptions,
                   "Why cells that deviate, or of which nothing was concluded, are signed all the same")
      ->type_name("FILE");
  command
      ->add_option("-o,--output", args->output,
                   "The bundle's folder (default: ./sign-off-PRODUCT-VERSION-RUN)")
      ->type_name("FOLDER");
  command->add_flag("--json", args->json, "Write what was made as JSON");
  add_judge_options(*command, args->judge);
  add_sign_off_verify(*command, session);
  command->callback([command, args, &session] {
    if (command->get_subcommands().empty()) sign_off(*args, session.cancel);
  });
}

}  // namespace smx::cli
