#include "vm/card/gids/gids_names.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "vm/card/gids/gids_files.h"
#include "vm/card/iso7816/tlv.h"

namespace smx::vm::gids {
namespace {

struct ObjectName {
  std::uint16_t file;
  std::uint32_t tag;
  std::string_view name;
};
/// The minidriver's files (gids_layout.h) and the application's own objects.
constexpr ObjectName kObjects[] = {
    {0xa000, 0xdf1f, "file table"}, {0xa000, 0xdf20, "key map"},   {0xa010, 0xdf21, "cardapps"},
    {0xa010, 0xdf22, "cardcf"},     {0xa010, 0xdf23, "cmapfile"},  {0xa012, 0xdf20, "cardid"},
    {0x3fff, 0x7f71, "PIN tries"},  {0x3fff, 0x7f72, "PIN tries"}, {0x3fff, 0x7f73, "PUK tries"},
};

/// A tag list may have a hundred; no client asks for more than the two counters at once.
constexpr std::size_t kMostNames = 4;

std::string object_name(std::uint16_t file, std::uint32_t tag) {
  const auto* found =
      std::ranges::find_if(kObjects, [&](const ObjectName& o) { return o.file == file && o.tag == tag; });
  return found != std::end(kObjects) ? std::string(found->name) : fmt::format("{:04X} {:04X}", file, tag);
}

std::string file_name(std::uint16_t id) {
  if (id == kApplicationFile || id == kMasterFile) return "application";
  return id == key_file(kAdminKey) ? "administrator's key" : fmt::format("{:04X}", id);
}

std::optional<std::uint8_t> single_byte(ByteView data, std::uint32_t tag) {
  const auto value = find_tlv(data, tag);
  return value && value->size() == 1 ? std::optional((*value)[0]) : std::nullopt;
}

std::string key_name(std::optional<std::uint8_t> reference) {
  if (!reference) return "key";
  return *reference == kAdminKey ? "administrator's key" : fmt::format("key {:02X}", *reference);
}

std::string describe_selection(const CommandApdu& c) {
  if (c.p1 != 0x00 || c.data.size() != 2) return c.data.empty() ? "SELECT application" : "SELECT file";
  return "SELECT " + file_name(static_cast<std::uint16_t>(c.data[0] << 8 | c.data[1]));
}

std::string describe_get_data(const CommandApdu& c) {
  if (const auto key = find_tlv(c.data, 0x70); key && c.p1p2() == kApplicationFile)
    return "GET DATA public " + key_name(single_byte(*key, 0x84));
  const auto tags = read_tag_list(c.data);
  if (!tags) return fmt::format("GET DATA {:04X} (no tag list)", c.p1p2());
  if (tags->empty()) return fmt::format("GET DATA {:04X} (all)", c.p1p2());
  std::string names;
  const auto shown = std::min(tags->size(), kMostNames);
  for (std::size_t i = 0; i < shown; ++i)
    names += (names.empty() ? "" : ", ") + object_name(c.p1p2(), (*tags)[i]);
  if (shown < tags->size()) names += fmt::format(" and {} more", tags->size() - shown);
  return "GET DATA " + names;
}

std::string describe_put_data(const CommandApdu& c) {
  if (c.p1p2() == kApplicationFile) {
    const auto key = find_tlv(c.data, 0x70);
    return "PUT KEY " + (key ? key_name(single_byte(*key, 0x84)) : std::string("(no key template)"));
  }
  TlvReader reader(c.data);
  const auto object = reader.next();
  return object ? "PUT DATA " + object_name(c.p1p2(), object->tag)
                : fmt::format("PUT DATA {:04X} (no object)", c.p1p2());
}

std::string reference_name(std::uint8_t p2) {
  if (p2 == 0x80) return "PIN";
  return p2 == 0x81 ? "PUK" : "unknown reference";
}

std::string describe_environment(const CommandApdu& c) {
  const auto use = c.p2 == kSignatureTemplate        ? "sign"
                   : c.p2 == kDeciphermentTemplate   ? "decipher"
                   : c.p2 == kAuthenticationTemplate ? "authenticate"
                                                     : "unknown use";
  const auto key = single_byte(c.data, 0x84);
  const auto mechanism = single_byte(c.data, 0x80);
  const auto with = mechanism ? fmt::format(", mechanism {:02X}", *mechanism) : std::string{};
  return fmt::format("MANAGE SECURITY ENVIRONMENT {} with {}{}", use,
                     key_name(key ? key : single_byte(c.data, 0x83)), with);
}

std::string describe_authenticate(const CommandApdu& c) {
  const auto dynamic = find_tlv(c.data, 0x7c);
  const bool answers = dynamic && find_tlv(*dynamic, 0x82);
  return answers ? "GENERAL AUTHENTICATE administrator's answer" : "GENERAL AUTHENTICATE challenge";
}

std::string describe_generate(const CommandApdu& c) {
  const auto use = find_tlv(c.data, 0xac);
  return "GENERATE ASYMMETRIC KEY PAIR " + key_name(use ? single_byte(*use, 0x83) : std::nullopt);
}

std::string describe_create(const CommandApdu& c) {
  const auto file = read_fcp(c.data);
  return "CREATE FILE " + (file ? file_name(file->id) : std::string("(no file)"));
}

/// What the header alone says.
std::string header_name(const CommandApdu& c) {
  switch (c.ins) {
    case 0x20:
      return c.p2 == 0x82
                 ? "VERIFY (log out)"
                 : fmt::format("VERIFY {}{}", reference_name(c.p2), c.data.empty() ? " (status)" : "");
    case 0x22: return "MANAGE SECURITY ENVIRONMENT";
    case 0x24: return "CHANGE REFERENCE DATA " + reference_name(c.p2);
    case 0x2a:
      return c.p1p2() == 0x9e9a   ? "PERFORM SECURITY OPERATION sign"
             : c.p1p2() == 0x8086 ? "PERFORM SECURITY OPERATION decipher"
                                  : "PERFORM SECURITY OPERATION";
    case 0x2c:
      return fmt::format("RESET RETRY COUNTER {} by {}", reference_name(c.p2),
                         c.p1 == 0x02 ? "administrator" : "PUK");
    case 0x44: return "ACTIVATE FILE";
    case 0x47: return "GENERATE ASYMMETRIC KEY PAIR";
    case 0x87: return "GENERAL AUTHENTICATE";
    case 0xa4: return "SELECT";
    case 0xcb: return fmt::format("GET DATA {:04X}", c.p1p2());
    case 0xdb: return c.p1p2() == kApplicationFile ? "PUT KEY" : fmt::format("PUT DATA {:04X}", c.p1p2());
    case 0xe0: return "CREATE FILE";
    case 0xe4: return "DELETE FILE";
    case 0xe6: return "TERMINATE DF";
    default: return fmt::format("INS {:02X}", c.ins);
  }
}

}  // namespace

std::string describe(const CommandApdu& command) {
  const bool part_of_chain = (command.cla & 0x10) != 0;
  if (part_of_chain) return header_name(command);
  switch (command.ins) {
    case 0x22: return describe_environment(command);
    case 0x47: return describe_generate(command);
    case 0x87: return describe_authenticate(command);
    case 0xa4: return describe_selection(command);
    case 0xcb: return describe_get_data(command);
    case 0xdb: return describe_put_data(command);
    case 0xe0: return describe_create(command);
    default: return header_name(command);
  }
}

}  // namespace smx::vm::gids
