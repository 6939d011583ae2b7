#include "harness/signing/file_signer.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <exception>
#include <optional>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/signing/certificate.h"

namespace smx::signing {
namespace {

class FileSigner : public Signer {
 public:
  FileSigner(X509Ptr certificate, KeyPtr key)
      : certificate_(std::move(certificate)),
        key_(std::move(key)),
        identity_(identity_of(certificate_.get())) {}
  const Identity& identity() const override { return identity_; }
  std::string sign_detached(std::string_view content) override {
    return sign(certificate_.get(), key_.get(), content);
  }

 private:
  X509Ptr certificate_;
  KeyPtr key_;
  Identity identity_;
};

/// What OpenSSL's C code carries to `give_password` and back.
struct PasswordRequest {
  const AskSecret& ask;
  std::optional<Secret> given = {};  ///< OpenSSL's decoders ask one after the other; a person is asked once
  std::exception_ptr trouble = {};
};

/// OpenSSL's pem_password_cb: called when the key is encrypted.
int give_password(char* buffer, int size, int, void* data) try {
  auto& request = *static_cast<PasswordRequest*>(data);
  if (request.trouble) return -1;
  if (!request.given) request.given = request.ask();
  const auto text = request.given->reveal();
  if (text.empty() || text.size() > static_cast<std::size_t>(size)) return -1;
  std::copy(text.begin(), text.end(), buffer);
  return static_cast<int>(text.size());
} catch (...) {
  static_cast<PasswordRequest*>(data)->trouble = std::current_exception();
  return -1;
}

KeyPtr read_key(const std::string& file, const AskSecret& password) {
  const Secret pem(read_file(file, 1u << 20));
  PasswordRequest request{password};
  const BioPtr bio(BIO_new_mem_buf(pem.reveal().data(), static_cast<int>(pem.reveal().size())));
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, give_password, &request));
  if (key) return key;
  ERR_clear_error();
  if (request.trouble) std::rethrow_exception(request.trouble);
  if (request.given) throw Error(ErrorKind::usage, file + ": the password does not open this key");
  throw Error(ErrorKind::usage, file + ": there is no private key in it; it must be PEM (PKCS#8 or older)");
}

}  // namespace

std::unique_ptr<Signer> file_signer(const std::string& certificate_file, const std::string& key_file,
                                    const AskSecret& password, TimePoint now) {
  auto certificate = read_certificate(certificate_file);
  check_may_sign(certificate.get(), certificate_file, now);
  auto key = read_key(key_file, password);
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    ERR_clear_error();
    throw Error(ErrorKind::usage, key_file + " is not the key of the certificate in " + certificate_file);
  }
  return std::make_unique<FileSigner>(std::move(certificate), std::move(key));
}

}  // namespace smx::signing
