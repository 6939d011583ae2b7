#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/cli/session.h"
#include "harness/cli/slow_notes.h"
#include "harness/core/model/model_json.h"
#include "harness/core/text.h"
#include "harness/signing/signer.h"
#include "harness/signoff/verify_bundle.h"

namespace smx::cli {
namespace {

constexpr std::size_t kPath = 1024;

nlohmann::json json_of(const signoff::BundleCheck& check, const std::string& bundle) {
  nlohmann::json findings = nlohmann::json::array();
  for (const auto& f : check.findings)
    findings.push_back(
        {{"kind", signoff::name(f.kind)}, {"path", one_line(f.path, kPath)}, {"what", f.what}});
  nlohmann::json j = {{"bundle", bundle},
                      {"sound", check.sound()},
                      {"signature_valid", check.signature.valid},
                      {"files", check.files},
                      {"findings", std::move(findings)}};
  if (check.signature.signer)
    j["signer"] = {{"subject", check.signature.signer->subject},
                   {"fingerprint_sha256", check.signature.signer->fingerprint}};
  if (check.signature.signed_at) j["signed_at"] = iso8601(*check.signature.signed_at);
  if (check.manifest)
    for (const auto& [key, value] : {std::pair{"product", &check.manifest->product},
                                     {"version", &check.manifest->version},
                                     {"run", &check.manifest->run}})
      j[key] = one_line(*value, kPath);
  return j;
}

void print(const signoff::BundleCheck& check) {
  for (const auto& f : check.findings)
    std::cout << fmt::format("{:9}  {}  {}\n", signoff::name(f.kind), one_line(f.path, kPath),
                             one_line(f.what, kPath));
  if (!check.sound()) {
    std::cout << fmt::format("not sound: {}\n", plural(check.findings.size(), "finding"));
    return;
  }
  const auto& manifest = *check.manifest;
  std::cout << fmt::format("sound: {} {}, run {}, {}\nsigned by {} (SHA-256 {}) at {}\n",
                           one_line(manifest.product, kPath), one_line(manifest.version, kPath),
                           one_line(manifest.run, kPath), plural(check.files, "file"),
                           one_line(check.signature.signer->subject, kPath),
                           check.signature.signer->fingerprint, iso8601(*check.signature.signed_at));
}

}  // namespace

void add_sign_off_verify(CLI::App& sign_off, Session& session) {
  struct Arguments {
    std::string bundle, signer;
    bool json = false;
  };
  auto args = std::make_shared<Arguments>();
  auto* command = sign_off.add_subcommand(
      "verify", "Hold a bundle against its signature: what was altered, what is missing, what is not listed");
  command->add_option("BUNDLE", args->bundle, "The bundle's folder")->required();
  command
      ->add_option("--signer", args->signer,
                   "Who must have signed it: a certificate (PEM) that you trust, not out of the bundle")
      ->required()
      ->type_name("CERT");
  command->add_flag("--json", args->json, "Write the findings as JSON");
  command->footer(
      "Exit codes: 0 sound; 1 altered, incomplete, with unlisted files or badly signed; 2 not a bundle, "
      "or no certificate");
  command->callback([args, &session] {
    const auto pinned = signing::read_identity(args->signer);
    const auto check = signoff::verify_bundle(args->bundle, pinned, session.cancel, SlowNotes());
    if (args->json)
      std::cout << json_of(check, args->bundle).dump(2, ' ', false, nlohmann::json::error_handler_t::replace)
                << "\n";
    else
      print(check);
    session.exit_code = check.sound() ? 0 : 1;
  });
}

}  // namespace smx::cli
