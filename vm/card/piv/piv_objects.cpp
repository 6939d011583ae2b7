#include "vm/card/piv/piv_objects.h"

#include <array>
#include <string>

#include "vm/card/iso7816/tlv.h"
#include "vm/card/piv/piv_names.h"

namespace smx::vm::piv {
namespace {

constexpr std::array<std::uint8_t, 11> kAid{0xa0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00, 0x01, 0x00};

constexpr unsigned kStart = 11, kSeparator = 13, kEnd = 15;

/// Packs FASC-N characters: the low bit first, then an odd parity bit.
class FascNWriter {
 public:
  void put(unsigned value) {
    unsigned ones = 0;
    for (unsigned bit = 0; bit < 4; ++bit) {
      push((value >> bit & 1u) != 0);
      ones += value >> bit & 1u;
    }
    push(ones % 2 == 0);
    check_ ^= value;
  }
  void put_digits(std::string_view digits) {
    for (char c : digits) put(static_cast<unsigned>(c - '0'));
  }
  Bytes finish() {
    put(kEnd);
    put(check_);  // longitudinal redundancy check over everything before it
    return bytes_;
  }

 private:
  void push(bool bit) {
    if (count_ % 8 == 0) bytes_.push_back(0);
    if (bit) bytes_.back() = static_cast<std::uint8_t>(bytes_.back() | 0x80u >> count_ % 8);
    ++count_;
  }
  Bytes bytes_;
  std::size_t count_ = 0;
  unsigned check_ = 0;
};

std::string random_decimal(std::size_t digits) {
  std::string text;
  for (auto b : random_bytes(digits)) text += static_cast<char>('0' + b % 10);
  return text;
}

Bytes byte(std::uint8_t value) {
  return {value};
}

}  // namespace

ByteView application_identifier() {
  return kAid;
}

Bytes fasc_n(std::string_view credential, std::string_view person) {
  FascNWriter writer;
  writer.put(kStart);
  for (std::string_view field : {std::string_view("9999"), std::string_view("9999"), credential,
                                 std::string_view("0"), std::string_view("1")}) {
    writer.put_digits(field);  // agency, system, credential, series, issue
    writer.put(kSeparator);
  }
  writer.put_digits(person);
  writer.put_digits("1");     // organisation: federal; what follows is ignored for agency 9999
  writer.put_digits("9999");  // organisation identifier
  writer.put_digits("1");     // association: employee
  return writer.finish();
}

Bytes new_chuid() {
  auto guid = random_bytes(16);
  guid[6] = static_cast<std::uint8_t>((guid[6] & 0x0f) | 0x40);  // a random UUID (RFC 4122, 4.4)
  guid[8] = static_cast<std::uint8_t>((guid[8] & 0x3f) | 0x80);
  Bytes chuid;
  append_tlv(chuid, 0x30, fasc_n(random_decimal(6), random_decimal(10)));
  append_tlv(chuid, 0x34, guid);
  append_tlv(chuid, 0x35, as_bytes("20401231"));
  append_tlv(chuid, 0x3e, {});  // the issuer's signature: none
  append_tlv(chuid, 0xfe, {});
  return chuid;
}

Bytes new_ccc() {
  Bytes identifier{0xa0, 0x00, 0x00, 0x01, 0x16, 0xff, 0x02};  // GSC-IS RID, manufacturer, JavaCard-like
  append(identifier, random_bytes(14));
  Bytes ccc;
  append_tlv(ccc, 0xf0, identifier);
  append_tlv(ccc, 0xf1, byte(0x21));  // capability container version 2.1
  append_tlv(ccc, 0xf2, byte(0x21));  // capability grammar version 2.1
  append_tlv(ccc, 0xf3, {});
  append_tlv(ccc, 0xf4, byte(0x00));  // not PKCS#15
  append_tlv(ccc, 0xf5, byte(0x10));  // registered data model number: PIV
  for (std::uint32_t tag : {0xf6u, 0xf7u, 0xfau, 0xfbu, 0xfcu, 0xfdu, 0xfeu}) append_tlv(ccc, tag, {});
  return ccc;
}

Bytes certificate_object(ByteView certificate_der) {
  Bytes object;
  append_tlv(object, 0x70, certificate_der);
  append_tlv(object, 0x71, byte(0x00));
  append_tlv(object, 0xfe, {});
  return object;
}

std::optional<Bytes> certificate_in(ByteView object) {
  const auto der = find_tlv(object, 0x70);
  const auto info = find_tlv(object, 0x71);
  if (!der || der->empty() || (info && info->size() == 1 && (*info)[0] != 0)) return std::nullopt;
  return Bytes(der->begin(), der->end());
}

Bytes discovery_object() {
  Bytes object;
  append_tlv(object, 0x4f, kAid);
  const Bytes policy{0x40, 0x00};
  append_tlv(object, 0x5f2f, policy);
  return object;
}

Bytes application_property_template(const std::optional<ManagementKey>& management) {
  const ByteView aid(kAid);
  Bytes identifiers{kRsa2048, kP256, kP384};
  if (management) identifiers.push_back(static_cast<std::uint8_t>(management->algorithm));
  Bytes algorithms;
  for (const auto identifier : identifiers) append_tlv(algorithms, 0x80, byte(identifier));
  append_tlv(algorithms, 0x06, byte(0x00));
  Bytes contents;
  append_tlv(contents, 0x4f, aid.subspan(5));
  append_tlv(contents, 0x79, make_tlv(0x4f, aid.first(5)));
  append_tlv(contents, 0x50, as_bytes("safemode-matrix PIV"));
  append_tlv(contents, 0xac, algorithms);
  return make_tlv(0x61, contents);
}

std::optional<std::uint32_t> certificate_tag(std::uint8_t reference) {
  switch (reference) {
    case kAuthentication: return 0x5fc105;
    case kSignature: return 0x5fc10a;
    case kKeyManagement: return 0x5fc10b;
    case kCardAuthentication: return 0x5fc101;
    default: break;
  }
  if (!role_of(reference)) return std::nullopt;
  return 0x5fc10du + reference - kRetiredFirst;
}

Bytes key_history(std::uint8_t count) {
  Bytes history;
  append_tlv(history, 0xc1, byte(count));  // keys with certificates on the card
  append_tlv(history, 0xc2, byte(0));      // keys with certificates elsewhere
  append_tlv(history, 0xfe, {});
  return history;
}

Bytes public_key_template(const KeyPair& key) {
  Bytes contents;
  if (key.kind() == KeyKind::rsa2048) {
    append_tlv(contents, 0x81, key.modulus());
    append_tlv(contents, 0x82, key.exponent());
  } else {
    append_tlv(contents, 0x86, key.point());
  }
  return make_tlv(0x7f49, contents);
}

}  // namespace smx::vm::piv
