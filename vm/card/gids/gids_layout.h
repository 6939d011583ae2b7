#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vm/card/memory/card_data.h"

// How Windows' class minidriver (and OpenSC after it) lays its files out on a GIDS card: a table that maps
// directory and name to a file and a data object, a map of key containers, and certificates by container.
//
//   A000 DF1F  the table: 01, then records of 28 bytes {directory 9, name 9, 2, object 4 LE, file 4 LE}
//   A000 DF20  key map: 01, then records of 12 bytes {in use 4, mechanism, kind, key file 2 LE, FFFF, 2}
//   A010 DF21  \cardapps      the directories, eight bytes each
//   A010 DF22  \cardcf        what changes when the card is written: {version, PINs, containers 2, files 2}
//   A010 DF23  mscp\cmapfile  records of 86 bytes {name 80 UTF-16LE, flags, 0, signature bits 2,
//                             exchange bits 2}
//   A012 DF20  \cardid        sixteen random bytes
//   A010 DF24  mscp\kxc00     certificate of container 0 (ksc00: of a key that only signs), and so on:
//                             mscp\msroots
//
// Whatever wrote the card may have written anything, so everything read is checked.

namespace smx::vm::gids {

/// An empty file system as it is before anything else is written: access conditions and the five files.
void create_file_system(GidsData& gids, ByteView card_id);

/// The content of a file; nothing when there is none such. "" is the root directory.
std::optional<Bytes> read_file(const GidsData& gids, std::string_view directory, std::string_view name);
/// Writes a file, which is readable without a PIN and writable by the user; creates it where there is none.
/// `gids` has a file system. Throws Error(internal) when it has none.
void write_file(GidsData& gids, std::string_view directory, std::string_view name, ByteView content);

/// A valid entry of the container map.
struct Container {
  std::uint8_t index = 0;
  bool is_default = false, signs_only = false;
  std::uint8_t key_reference() const { return static_cast<std::uint8_t>(0x81 + index); }
};
/// The container that is used when none is named: the one marked so, else the first valid one.
std::optional<Container> default_container(const GidsData& gids);
/// Adds container 0, an RSA 2048 key for exchange and signature, to an empty map: key file, key map, name.
void add_first_container(GidsData& gids, std::string_view name);

/// card_data.h's functions of the same names, for GIDS cards.
const KeyPair* authentication_key(const CardData& data);
std::optional<Bytes> authentication_certificate(const CardData& data);
void set_authentication_certificate(CardData& data, ByteView der);
/// The card identifier as hex; "" when there is none.
std::string card_id(const CardData& data);

}  // namespace smx::vm::gids
