// A module for MIT Kerberos' KDC (certauth interface, krb5/certauth_plugin.h). It decides nothing: it notes
// which certificate a client proved the key of, before the KDC's own modules say whether it may have a
// ticket, and has that certificate's hash put into the ticket as an authentication indicator, where the
// services that the ticket is shown to find it.
//
// The file that SMX_KDC_WITNESS names gets one line for each: seconds since 1970, the hash, the principal.

#include <fcntl.h>
#include <krb5/certauth_plugin.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>

namespace {

/// Lower-case hex SHA-256; "" when OpenSSL refuses.
std::string sha256(const std::uint8_t* bytes, std::size_t size) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(bytes, size, digest.data(), &length, EVP_sha256(), nullptr) != 1) return {};
  std::string hex;
  for (unsigned int i = 0; i < length; ++i) {
    std::array<char, 3> two{};
    std::snprintf(two.data(), two.size(), "%02x", digest[i]);
    hex += two.data();
  }
  return hex;
}

bool note(const std::string& line) {
  const char* path = std::getenv("SMX_KDC_WITNESS");
  const int file = path != nullptr ? ::open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
  if (file < 0) return false;
  const bool written = ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  return ::close(file) == 0 && written;
}

void free_indicators(krb5_context, krb5_certauth_moddata, char** indicators) {
  if (indicators == nullptr) return;
  for (char** at = indicators; *at != nullptr; ++at) std::free(*at);
  std::free(indicators);
}

/// One indicator, "card:<hash>"; null without memory.
char** indicator(const std::string& hash) {
  auto** list = static_cast<char**>(std::calloc(2, sizeof(char*)));
  if (list == nullptr) return nullptr;
  list[0] = ::strdup(("card:" + hash).c_str());
  if (list[0] != nullptr) return list;
  std::free(list);
  return nullptr;
}

krb5_error_code authorize(krb5_context context, krb5_certauth_moddata, const std::uint8_t* certificate,
                          std::size_t size, krb5_const_principal principal, const void*,
                          const struct _krb5_db_entry_new*, char*** indicators) {
  *indicators = nullptr;
  char* name = nullptr;
  if (const auto error = krb5_unparse_name(context, principal, &name)) return error;
  const auto hash = sha256(certificate, size);
  const auto line = std::to_string(std::time(nullptr)) + " " + hash + " " + name + "\n";
  krb5_free_unparsed_name(context, name);
  // A logon that cannot be assigned to a card is refused.
  if (hash.empty() || !note(line)) return EIO;
  *indicators = indicator(hash);
  return *indicators != nullptr ? KRB5_PLUGIN_NO_HANDLE : ENOMEM;
}

}  // namespace

/// Called by the KDC, which finds it by the module's name.
extern "C" __attribute__((visibility("default"))) krb5_error_code certauth_smx_initvt(
    krb5_context, int major, int, krb5_plugin_vtable vtable) {
  if (major != 1) return KRB5_PLUGIN_VER_NOTSUPP;
  auto* const table = reinterpret_cast<krb5_certauth_vtable>(vtable);
  table->name = "smx";
  table->authorize = authorize;
  table->free_ind = free_indicators;
  return 0;
}
