#pragma once

#include <string>
#include <string_view>

namespace smx::vm {

/// The uncompressed ELF kernel out of a bzImage (Debian's vmlinuz). QEMU boots it by its PVH note, and the
/// guest is spared from unpacking itself, which takes 3 s without hardware acceleration.
///
///   0x1f1 setup_sects   512-byte sectors after the boot sector (0 means 4)
///   0x202 "HdrS"        the setup header's signature
///   0x206 version       2.08 or newer has the payload's place:
///   0x248 payload_offset, 0x24c payload_length   from the end of the setup sectors
///
/// (Linux, Documentation/x86/boot.rst.) The payload is one XZ stream, followed by four bytes of its size.
/// Throws Error(environment), naming what is wrong, for anything else.
std::string unpack_kernel(std::string_view vmlinuz);

}  // namespace smx::vm
