#include "harness/spec/lab_files.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/openssl.h"

namespace smx::spec {
namespace {

namespace fs = std::filesystem;

using ListPtr = std::unique_ptr<X509_CRL, OpensslDeleter<X509_CRL_free>>;

/// Nothing here is encrypted, and nobody is asked for a password on the terminal.
int no_password(char*, int, int, void*) {
  return -1;
}

/// Every object that `read` finds, written again by `write`: what else is in the file, such as a private key
/// that got there by mistake, goes no further.
template <class Read, class Write>
std::string only(const fs::path& file, std::uint64_t limit, const char* noun, const char* word, Read read,
                 Write write) {
  const auto text = read_file(file, limit);
  const BioPtr in(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  const BioPtr out(BIO_new(BIO_s_mem()));
  ERR_clear_error();
  std::size_t found = 0;
  while (const auto object = read(in.get())) {
    write(out.get(), object.get());
    ++found;
  }
  const bool ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!ended)
    throw Error(ErrorKind::usage,
                fmt::format("{}: the {} number {} in it cannot be read; see what `openssl {} -in` says of it",
                            file.string(), noun, found + 1, word));
  if (found == 0)
    throw Error(ErrorKind::usage,
                fmt::format("{} holds no {} in PEM; a file in DER becomes one by `openssl {} -inform DER`",
                            file.string(), noun, word));
  char* data = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

std::string read_authority(const fs::path& file) {
  return only(
      file, kAuthorityLimit, "certificate", "x509",
      [](BIO* in) { return X509Ptr(PEM_read_bio_X509(in, nullptr, no_password, nullptr)); },
      [](BIO* out, X509* certificate) { PEM_write_bio_X509(out, certificate); });
}

std::string read_revocation_lists(const fs::path& file) {
  return only(
      file, kRevocationLimit, "revocation list", "crl",
      [](BIO* in) { return ListPtr(PEM_read_bio_X509_CRL(in, nullptr, no_password, nullptr)); },
      [](BIO* out, X509_CRL* list) { PEM_write_bio_X509_CRL(out, list); });
}

}  // namespace smx::spec
