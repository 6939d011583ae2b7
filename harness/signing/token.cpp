#include "harness/signing/token.h"

#include <fmt/format.h>
#include <openssl/err.h>

#include <filesystem>

#include "harness/core/error.h"
#include "harness/signing/certificate.h"

namespace smx::signing {
namespace {

int give_pin(UI* ui, UI_STRING* asked) {
  const auto* pin = static_cast<const Secret*>(UI_get0_user_data(ui));
  const auto type = UI_get_string_type(asked);
  if (type != UIT_PROMPT && type != UIT_VERIFY) return 1;
  if (pin == nullptr || pin->empty()) return 0;
  return UI_set_result(ui, asked, SecretText(*pin).c_str()) == 0 ? 1 : 0;
}

}  // namespace

PinFlags pin_flags(const PKCS11_TOKEN& token) {
  return {token.userPinCountLow != 0, token.userPinFinalTry != 0, token.userPinLocked != 0};
}

int take_token_error() {
  const auto error = ERR_peek_last_error();
  // Despite its name this is the number of libp11's error library; its reasons are PKCS#11's codes.
  const bool of_module = error != 0 && ERR_GET_LIB(error) == ERR_get_CKR_code();
  ERR_clear_error();
  return of_module ? ERR_GET_REASON(error) : 0;
}

Pkcs11Module::Pkcs11Module(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error))
    throw Error(ErrorKind::usage, path + " is not there; name a PKCS#11 module with --module");
  ERR_load_PKCS11_strings();
  context_ = PKCS11_CTX_new();
  if (context_ == nullptr) throw Error(ErrorKind::internal, "no memory is left for a PKCS#11 module");
  loaded_ = PKCS11_CTX_load(context_, path.c_str()) == 0;
  if (loaded_ && PKCS11_enumerate_slots(context_, &slots_, &count_) == 0) return;
  const auto reason = take_openssl_reason();
  if (loaded_) PKCS11_CTX_unload(context_);
  PKCS11_CTX_free(context_);
  throw Error(ErrorKind::environment, fmt::format("{} does not work as a PKCS#11 module{}; is the reader's "
                                                  "service running, and is it a module for this system?",
                                                  path, reason.empty() ? "" : " (" + reason + ")"));
}

Pkcs11Module::~Pkcs11Module() {
  if (slots_ != nullptr) PKCS11_release_all_slots(context_, slots_, count_);
  PKCS11_CTX_unload(context_);
  PKCS11_CTX_free(context_);
  ERR_clear_error();
}

std::vector<PKCS11_SLOT*> Pkcs11Module::slots_with_tokens() const {
  std::vector<PKCS11_SLOT*> slots;
  for (unsigned i = 0; i < count_; ++i)
    if (slots_[i].token != nullptr && slots_[i].token->initialized) slots.push_back(&slots_[i]);
  return slots;
}

PinFlags Pkcs11Module::current_pin_flags(PKCS11_SLOT* slot) const {
  PinFlags flags;
  PKCS11_SLOT* now = nullptr;
  unsigned count = 0;
  // Another list: libp11 asks a token for its flags only when it makes one.
  if (PKCS11_enumerate_slots(context_, &now, &count) != 0) {
    ERR_clear_error();
    return flags;
  }
  for (unsigned i = 0; i < count; ++i) {
    const auto* token = now[i].token;
    if (token == nullptr || PKCS11_get_slotid_from_slot(&now[i]) != PKCS11_get_slotid_from_slot(slot))
      continue;
    flags = pin_flags(*token);
  }
  PKCS11_release_all_slots(context_, now, count);
  return flags;
}

void Pkcs11Module::answer_with(const Secret& pin) {
  ui_.reset(UI_create_method("safemode-matrix"));
  if (!ui_) throw Error(ErrorKind::internal, "no memory is left for a PKCS#11 module");
  UI_method_set_reader(ui_.get(), give_pin);
  // libp11 hands the pointer on to `give_pin`, which only reads from it.
  PKCS11_set_ui_method(context_, ui_.get(), const_cast<Secret*>(&pin));
}

}  // namespace smx::signing
