#include "harness/app/sign_off_checks.h"

#include "harness/core/process.h"
#include "harness/signing/token_signer.h"

namespace smx::app {

std::vector<vm::HostCheck> sign_off_checks(const std::function<bool(const std::string&)>& is_there,
                                           const std::string& module) {
  const bool pdf = is_there("weasyprint");
  return {
      {"sign-off", pdf,
       pdf ? "weasyprint"
           : "weasyprint is missing: runs cannot be signed off, as the statement is also a PDF; the package "
             "weasyprint has it",
       ""},
      {"signer's card", !module.empty(),
       module.empty()
           ? "opensc-pkcs11.so is missing: sign-offs cannot be signed by a card, but for --module; "
             "the package opensc-pkcs11 has it"
           : module,
       ""}};
}

std::vector<vm::HostCheck> sign_off_checks() {
  return sign_off_checks([](const std::string& program) { return find_program(program).has_value(); },
                         signing::find_opensc_module().value_or(""));
}

}  // namespace smx::app
