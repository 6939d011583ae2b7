#include "vm/lab/x509_builder.h"

#include <arpa/inet.h>

#include "vm/card/iso7816/tlv.h"
#include "vm/lab/openssl_error.h"

namespace smx::vm {
namespace {

constexpr long kHour = 3600, kDay = 24 * kHour;

void require(bool done, const char* what) {
  if (!done) throw openssl_failure(what);
}

GENERAL_NAME* named(int type, ASN1_STRING* value) {
  GENERAL_NAME* name = GENERAL_NAME_new();
  GENERAL_NAME_set0_value(name, type, value);
  return name;
}

ASN1_STRING* string_of(int type, std::string_view text) {
  ASN1_STRING* string = ASN1_STRING_type_new(type);
  ASN1_STRING_set(string, text.data(), static_cast<int>(text.size()));
  return string;
}

}  // namespace

void set_random_serial(X509* certificate) {
  auto serial = random_bytes(16);
  serial[0] &= 0x7f;
  const NumberPtr number(BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
  require(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr, "set a serial");
}

X509Builder::X509Builder(const std::string& common_name, EVP_PKEY* public_key, int days)
    : certificate_(X509_new()) {
  require(certificate_ != nullptr, "make a certificate");
  set_random_serial(certificate_.get());
  require(X509_set_version(certificate_.get(), X509_VERSION_3) == 1, "set a certificate's version");
  require(X509_gmtime_adj(X509_getm_notBefore(certificate_.get()), -kHour) != nullptr &&
              X509_gmtime_adj(X509_getm_notAfter(certificate_.get()), days * kDay) != nullptr,
          "set a certificate's dates");
  require(X509_set_pubkey(certificate_.get(), public_key) == 1, "put a public key into a certificate");
  auto* subject = X509_get_subject_name(certificate_.get());
  require(X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8,
                                     reinterpret_cast<const unsigned char*>(common_name.data()),
                                     static_cast<int>(common_name.size()), -1, 0) == 1,
          "set a certificate's subject (a common name has 1 to 64 characters)");
}

X509Builder& X509Builder::extension(int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate_.get(), certificate_.get(), nullptr, nullptr, 0);
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  require(extension && X509_add_ext(certificate_.get(), extension.get(), -1) == 1, "add an extension");
  return *this;
}

void X509Builder::add(int nid, void* value, bool critical) {
  require(X509_add1_ext_i2d(certificate_.get(), nid, value, critical ? 1 : 0, X509V3_ADD_DEFAULT) == 1,
          "add an extension");
}

X509Builder& X509Builder::server_names(const std::string& dns_name) {
  const NamesPtr names(GENERAL_NAMES_new());
  sk_GENERAL_NAME_push(names.get(), named(GEN_DNS, string_of(V_ASN1_IA5STRING, dns_name)));
  // The loopback, and the address under which QEMU's user network shows it to a guest.
  for (const char* text : {"127.0.0.1", "10.0.2.2"}) {
    in_addr address{};
    ::inet_pton(AF_INET, text, &address);
    const std::string_view bytes(reinterpret_cast<const char*>(&address), sizeof address);
    sk_GENERAL_NAME_push(names.get(), named(GEN_IPADD, string_of(V_ASN1_OCTET_STRING, bytes)));
  }
  add(NID_subject_alt_name, names.get(), false);
  return *this;
}

X509Builder& X509Builder::kdc_names(const std::string& dns_name, const std::string& realm) {
  const auto text = [](const std::string& words) {
    return make_tlv(0x1b, as_bytes(words));
  };  // GeneralString
  const auto join = [](const Bytes& one, const Bytes& other) {
    auto both = one;
    append(both, other);
    return both;
  };
  // KRB5PrincipalName: realm [0], PrincipalName [1]: name-type [0] NT-SRV-INST, name-string [1].
  const auto strings = make_tlv(0x30, join(text("krbtgt"), text(realm)));
  const auto name = make_tlv(0x30, join(make_tlv(0xa0, Bytes{0x02, 0x01, 0x02}), make_tlv(0xa1, strings)));
  const auto principal = make_tlv(0x30, join(make_tlv(0xa0, text(realm)), make_tlv(0xa1, name)));
  ASN1_TYPE* value = ASN1_TYPE_new();
  ASN1_TYPE_set(value, V_ASN1_SEQUENCE, string_of(V_ASN1_SEQUENCE, as_text(principal)));
  GENERAL_NAME* other = GENERAL_NAME_new();
  GENERAL_NAME_set0_othername(other, OBJ_txt2obj("1.3.6.1.5.2.2", 1), value);
  const NamesPtr names(GENERAL_NAMES_new());
  sk_GENERAL_NAME_push(names.get(), other);
  sk_GENERAL_NAME_push(names.get(), named(GEN_DNS, string_of(V_ASN1_IA5STRING, dns_name)));
  add(NID_subject_alt_name, names.get(), false);
  return *this;
}

X509Builder& X509Builder::user_principal_name(const std::string& upn) {
  const NamesPtr names(GENERAL_NAMES_new());
  ASN1_TYPE* value = ASN1_TYPE_new();
  ASN1_TYPE_set(value, V_ASN1_UTF8STRING, string_of(V_ASN1_UTF8STRING, upn));
  GENERAL_NAME* name = GENERAL_NAME_new();
  GENERAL_NAME_set0_othername(name, OBJ_nid2obj(NID_ms_upn), value);
  sk_GENERAL_NAME_push(names.get(), name);
  add(NID_subject_alt_name, names.get(), false);
  return *this;
}

Bytes X509Builder::sign(const X509* issuer, const KeyPair& issuer_key) {
  const X509* signer = issuer != nullptr ? issuer : certificate_.get();
  require(X509_set_issuer_name(certificate_.get(), X509_get_subject_name(signer)) == 1, "set an issuer");
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  // The context's pointers are not const in OpenSSL 3.0, though only read.
  X509V3_set_ctx(&context, const_cast<X509*>(signer), certificate_.get(), nullptr, nullptr, 0);
  const ExtensionPtr authority(X509V3_EXT_conf_nid(nullptr, &context, NID_authority_key_identifier, "keyid"));
  if (issuer != nullptr) {
    require(authority && X509_add_ext(certificate_.get(), authority.get(), -1) == 1, "add an extension");
  }
  require(X509_sign(certificate_.get(), issuer_key.get(), EVP_sha256()) > 0, "sign a certificate");
  return der_of(certificate_.get());
}

}  // namespace smx::vm
