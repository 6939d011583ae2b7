#include "harness/cli/signer_arguments.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "harness/app/secret_input.h"
#include "harness/core/error.h"
#include "harness/signing/file_signer.h"
#include "harness/signing/token_signer.h"

namespace smx::cli {
namespace {

void refuse_option(const std::string& value, const char* option, const char* instead) {
  if (!value.empty()) throw Error(ErrorKind::usage, fmt::format("{} goes with {}", option, instead));
}

std::unique_ptr<signing::Signer> open_token(const SignerArguments& args, TimePoint now,
                                            const CancelToken& cancel) {
  refuse_option(args.key, "--key", "a certificate in a file; a token has its own key");
  refuse_option(args.key_password, "--key-password", "a key in a file; a token wants --pin");
  signing::TokenOptions options;
  options.which = signing::parse_token_uri(args.signer);
  options.module = args.module.empty() ? options.which.module_path : args.module;
  if (options.module.empty()) {
    const auto opensc = signing::find_opensc_module();
    if (!opensc)
      throw Error(
          ErrorKind::environment,
          "OpenSC's PKCS#11 module is not installed (Debian: opensc-pkcs11), and --module names no other");
    options.module = *opensc;
  }
  options.pin = [&] { return app::read_secret(args.pin, "PIN of the signer's token", cancel); };
  options.note = [](const std::string& text) { std::cerr << "safemode-matrix: " << text << "\n"; };
  return signing::token_signer(options, now);
}

}  // namespace

void add_signer_options(CLI::App& command, SignerArguments& args) {
  command
      .add_option("--signer", args.signer,
                  "Who signs: a certificate (PEM), or a token as 'pkcs11:token=...;id=...;object=...'")
      ->type_name("CERT");
  command.add_option("--key", args.key, "The certificate's private key (PEM)")->type_name("FILE");
  command
      .add_option("--key-password", args.key_password,
                  "Where an encrypted key's password is: env:VARIABLE or file:PATH (default: asked)")
      ->type_name("WHERE");
  command
      .add_option("--module", args.module,
                  "The token's PKCS#11 module (default: of the URI's module-path, else OpenSC's)")
      ->type_name("FILE");
  command
      .add_option("--pin", args.pin, "Where the token's PIN is: env:VARIABLE or file:PATH (default: asked)")
      ->type_name("WHERE");
}

std::unique_ptr<signing::Signer> open_signer(const SignerArguments& args, TimePoint now,
                                             const CancelToken& cancel) {
  if (args.signer.empty())
    throw Error(ErrorKind::usage, "sign-off needs --signer, a certificate file or a token's pkcs11: URI");
  if (signing::is_token_uri(args.signer)) return open_token(args, now, cancel);
  refuse_option(args.module, "--module", "--signer pkcs11:...");
  refuse_option(args.pin, "--pin", "--signer pkcs11:...; an encrypted key wants --key-password");
  if (args.key.empty())
    throw Error(ErrorKind::usage, fmt::format("--signer {} needs its private key: --key FILE", args.signer));
  const auto password = [&] {
    return app::read_secret(args.key_password, "password of " + args.key, cancel);
  };
  return signing::file_signer(args.signer, args.key, password, now);
}

}  // namespace smx::cli
