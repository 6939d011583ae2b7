#pragma once

#include <optional>
#include <vector>

#include "harness/core/bytes.h"

// Files of the GIDS application: their control parameters, access conditions (ISO/IEC 7816-4, 5.4.3, compact
// format) and what they say of themselves. Pure functions over bytes.

namespace smx::vm::gids {

/// A000000397 42544659 0201: Microsoft's GIDS, version 2, application revision 1.
ByteView application_identifier();

inline constexpr std::uint16_t kMasterFile = 0x3f00;
inline constexpr std::uint16_t kApplicationFile = 0x3fff;
/// In GET DATA and PUT DATA: the selected file.
inline constexpr std::uint16_t kCurrentFile = 0x0000;

/// Key files are B0xx; B080 is the administrator's symmetric key, the others are RSA keys.
inline constexpr std::uint8_t kAdminKey = 0x80;
inline constexpr std::uint16_t key_file(std::uint8_t reference) {
  return static_cast<std::uint16_t>(0xb000 | reference);
}

/// Bits of the access mode byte. The same bit means another thing for another kind of file.
enum Operation : std::uint8_t {
  kDeleteChild = 0x01,   ///< application
  kCreateFile = 0x02,    ///< application
  kTerminate = 0x20,     ///< application
  kGetData = 0x01,       ///< data file
  kPutData = 0x02,       ///< data file
  kGetPublicKey = 0x01,  ///< key file
  kPutKey = 0x02,        ///< key file
  kUseKey = 0x04,        ///< key file: MANAGE SECURITY ENVIRONMENT
  kGenerateKey = 0x08,   ///< key file
  kDeleteSelf = 0x40,    ///< any file
};

enum class FileKind { data, key };

/// What CREATE FILE asks for.
struct FileParameters {
  std::uint16_t id = 0;
  FileKind kind = FileKind::data;
};

/// Reads 62 { 82 file descriptor (39 data objects, 18 key), 83 file id, 8C access conditions, A5 the key's
/// mechanisms }; nothing when a part is missing or wrong.
std::optional<FileParameters> read_fcp(ByteView fcp);

/// The access condition byte for one operation; nothing when the file names none for it.
std::optional<std::uint8_t> condition_for(ByteView fcp, std::uint8_t operation);

/// Templates of a key's use: control reference templates (ISO/IEC 7816-4, table 33).
inline constexpr std::uint8_t kAuthenticationTemplate = 0xa4, kSignatureTemplate = 0xb6,
                              kDeciphermentTemplate = 0xb8;

/// Whether the key may be used in this way, with this mechanism (GIDS, table of mechanism identifiers).
bool offers(ByteView fcp, std::uint8_t use, std::uint8_t mechanism);

/// The tags in `5C length tag...`; empty: all there are. Nothing when the bytes are not such a list.
std::optional<std::vector<std::uint32_t>> read_tag_list(ByteView data);

/// What SELECT of the application answers: 61 {AID, mechanisms}, its FCP 62, its management data 64 (the PIN
/// usage policy: an application PIN, no global one).
Bytes application_template();
Bytes application_fcp();
Bytes application_management_data();

/// 62 of a data file; the conditions are for writing and reading.
Bytes data_file_fcp(std::uint16_t id, std::uint8_t write, std::uint8_t read);
/// 62 of the administrator's key: anyone may authenticate with it, only then may it be written.
Bytes admin_key_fcp();
/// 62 of an RSA 2048 key that signs and deciphers, after the PIN.
Bytes rsa_key_fcp(std::uint8_t reference);

}  // namespace smx::vm::gids
