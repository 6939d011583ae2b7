#pragma once

#include <optional>

#include "vm/card/memory/key_pair.h"
#include "vm/card/memory/management_key.h"

// The contents of PIV data objects (SP 800-73-4 part 1, appendix A), without the 53 around them.

namespace smx::vm::piv {

/// A CHUID with a random GUID and credential number, valid until 2040, unsigned (A.2, table 9).
Bytes new_chuid();
/// A card capability container with a random card identifier (table 8).
Bytes new_ccc();
/// A certificate object: 70 certificate, 71 00 not compressed, FE (table 10).
Bytes certificate_object(ByteView certificate_der);
/// The DER in a certificate object's contents; nothing when there is none, or a compressed one.
std::optional<Bytes> certificate_in(ByteView object);
/// The discovery object's contents, without the 7E (table 18): the PIV PIN only, no global PIN.
Bytes discovery_object();
/// The application property template that SELECT answers with (part 2, table 3), whole. It lists the
/// algorithms of private keys, and the management key's.
Bytes application_property_template(const std::optional<ManagementKey>& management);

/// The tag of the certificate that belongs to a private key; nothing when the reference is none of those.
std::optional<std::uint32_t> certificate_tag(std::uint8_t reference);
/// A key history of `count` retired keys, from 82 on, whose certificates are all on the card (table 14).
Bytes key_history(std::uint8_t count);
/// 7F49 { 81 modulus, 82 exponent } or 7F49 { 86 point } (part 2, table 11), whole.
Bytes public_key_template(const KeyPair& key);

/// A000000308 00001000 0100: the PIV card application, version 1.0 (part 1, 2.2).
ByteView application_identifier();

/// FASC-N of a card outside the federal agencies (TIG SCEPACS v2.3, 2.1): 40 characters of 4 bits and an odd
/// parity bit, 25 bytes. `credential` has 6 digits, `person` 10.
Bytes fasc_n(std::string_view credential, std::string_view person);

}  // namespace smx::vm::piv
