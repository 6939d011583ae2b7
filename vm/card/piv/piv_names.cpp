#include "vm/card/piv/piv_names.h"

#include <fmt/core.h>

#include <algorithm>

#include "vm/card/iso7816/tlv.h"

namespace smx::vm::piv {
namespace {

struct ObjectName {
  std::uint32_t tag;
  std::string_view name;
};
/// SP 800-73-4 part 1, table 3.
constexpr ObjectName kObjects[] = {
    {0x5fc107, "card capability container"},
    {0x5fc102, "CHUID"},
    {0x5fc105, "9A certificate"},
    {0x5fc10a, "9C certificate"},
    {0x5fc10b, "9D certificate"},
    {0x5fc101, "9E certificate"},
    {kFingerprints, "fingerprints"},
    {0x5fc106, "security object"},
    {kFacialImage, "facial image"},
    {kPrintedInformation, "printed information"},
    {kKeyHistory, "key history"},
    {kIrisImages, "iris images"},
    {0x5fc122, "secure messaging certificate signer"},
    {kPairingCode, "pairing code"},
    {kDiscovery, "discovery object"},
};
constexpr std::uint32_t kFirstRetiredCertificate = 0x5fc10d, kLastRetiredCertificate = 0x5fc120;

std::string reference_name(std::uint8_t p2) {
  switch (p2) {
    case kGlobalPin: return "global PIN";
    case kPivPin: return "PIN";
    case kPuk: return "PUK";
    default: return fmt::format("unknown reference {:02X}", p2);
  }
}

std::string algorithm_name(std::uint8_t id) {
  switch (id) {
    case kTripleDesToo:
    case kTripleDes: return "3DES";
    case kRsa2048: return "RSA 2048";
    case kAes128: return "AES-128";
    case kAes192: return "AES-192";
    case kAes256: return "AES-256";
    case kP256: return "P-256";
    case kP384: return "P-384";
    default: return fmt::format("unknown algorithm {:02X}", id);
  }
}

std::string describe_data(std::string_view verb, const CommandApdu& command) {
  TlvReader reader(command.data);
  const auto list = reader.next();
  if (list && list->tag == kDiscovery) return fmt::format("{} {}", verb, object_name(kDiscovery));
  const auto tag = list && list->tag == 0x5c ? tag_in_list(list->value) : std::nullopt;
  if (!tag) return fmt::format("{} (no tag list)", verb);
  const auto name = object_name(*tag);
  return name.empty() ? fmt::format("{} {:X}", verb, *tag) : fmt::format("{} {}", verb, name);
}

std::string describe_generate(const CommandApdu& command) {
  const auto control = find_tlv(command.data, 0xac);
  const auto algorithm = control ? find_tlv(*control, 0x80) : std::nullopt;
  return fmt::format(
      "GENERATE ASYMMETRIC KEY PAIR {:02X} {}", command.p2,
      algorithm && algorithm->size() == 1 ? algorithm_name((*algorithm)[0]) : "(no algorithm)");
}

/// What an administrator's template asks for.
std::string_view step_of_administrator(const DynamicTemplate& t) {
  if (t.witness) return t.witness->empty() ? "witness" : "mutual authentication";
  if (t.challenge && t.challenge->empty()) return "challenge";
  return t.response ? "external authentication" : "(nothing asked)";
}

std::string_view use_of_key(std::uint8_t reference, const DynamicTemplate& t) {
  if (t.exponentiation) return "key agreement";
  if (!t.challenge) return "(nothing asked)";
  return role_of(reference) == KeyRole::key_management ? "key transport" : "signature";
}

std::string describe_authenticate(const CommandApdu& command) {
  const auto t = parse_dynamic_template(command.data);
  const auto what = !t                              ? "(no template)"
                    : command.p2 == kCardManagement ? step_of_administrator(*t)
                                                    : use_of_key(command.p2, *t);
  return fmt::format("GENERAL AUTHENTICATE {:02X} {} {}", command.p2, what, algorithm_name(command.p1));
}

std::string describe_verify(const CommandApdu& command) {
  const auto name = reference_name(command.p2);
  if (command.p1 == 0xff) return fmt::format("VERIFY {} (log out)", name);
  return fmt::format("VERIFY {}{}", name, command.data.empty() ? " (status)" : "");
}

std::string describe_whole(const CommandApdu& command) {
  switch (command.ins) {
    case kVerify: return describe_verify(command);
    case kChangeReferenceData: return "CHANGE REFERENCE DATA " + reference_name(command.p2);
    case kResetRetryCounter: return "RESET RETRY COUNTER " + reference_name(command.p2);
    case kGenerateAsymmetricKeyPair: return describe_generate(command);
    case kGeneralAuthenticate: return describe_authenticate(command);
    case kSelect: return describe_select(command);
    case kGetResponse: return "GET RESPONSE";
    case kGetData: return describe_data("GET DATA", command);
    case kPutData: return describe_data("PUT DATA", command);
    default: return fmt::format("INS {:02X}", command.ins);
  }
}

/// One command of a chain: its data is not the whole, so only the header counts.
std::string describe_part(const CommandApdu& command) {
  switch (command.ins) {
    case kGenerateAsymmetricKeyPair: return fmt::format("GENERATE ASYMMETRIC KEY PAIR {:02X}", command.p2);
    case kGeneralAuthenticate:
      return fmt::format("GENERAL AUTHENTICATE {:02X} {}", command.p2, algorithm_name(command.p1));
    case kGetData: return "GET DATA";
    default: return describe_whole(command);
  }
}

}  // namespace

std::optional<KeyRole> role_of(std::uint8_t reference) {
  switch (reference) {
    case kAuthentication: return KeyRole::authentication;
    case kSignature: return KeyRole::signature;
    case kKeyManagement: return KeyRole::key_management;
    case kCardAuthentication: return KeyRole::card_authentication;
    default: break;
  }
  if (reference >= kRetiredFirst && reference <= kRetiredLast) return KeyRole::key_management;
  return std::nullopt;
}

std::string object_name(std::uint32_t tag) {
  if (tag >= kFirstRetiredCertificate && tag <= kLastRetiredCertificate)
    return fmt::format("retired certificate {:02X}", tag - kFirstRetiredCertificate + kRetiredFirst);
  const auto* found = std::ranges::find(kObjects, tag, &ObjectName::tag);
  return found == std::end(kObjects) ? std::string{} : std::string(found->name);
}

std::optional<DynamicTemplate> parse_dynamic_template(ByteView data) {
  TlvReader outer(data);
  const auto whole = outer.next();
  if (!whole || whole->tag != 0x7c || outer.next() || outer.broken()) return std::nullopt;
  DynamicTemplate t;
  TlvReader inner(whole->value);
  while (const auto object = inner.next()) {
    auto* place = object->tag == 0x80   ? &t.witness
                  : object->tag == 0x81 ? &t.challenge
                  : object->tag == 0x82 ? &t.response
                  : object->tag == 0x85 ? &t.exponentiation
                                        : nullptr;
    if (place == nullptr || *place) return std::nullopt;
    *place = object->value;
  }
  if (inner.broken()) return std::nullopt;
  return t;
}

std::optional<std::uint32_t> tag_in_list(ByteView list) {
  if (list.empty() || list.size() > 3) return std::nullopt;
  std::uint32_t tag = 0;
  for (auto b : list) tag = tag << 8 | b;
  return tag;
}

std::string describe(const CommandApdu& command) {
  return (command.cla & 0x10) != 0 ? describe_part(command) : describe_whole(command);
}

}  // namespace smx::vm::piv
