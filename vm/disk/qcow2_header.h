#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace smx::vm {

/// The beginning of a qcow2 image (QEMU, docs/interop/qcow2.txt; all numbers are big-endian):
///
///   0 "QFI\xfb"   4 version   8 backing file name's offset, 8 bytes   16 its length, 4 bytes, at most 1023
///   72 incompatible features, 8 bytes, from version 3: bit 0 dirty, bit 1 corrupt, bit 2 external data file
struct Qcow2Header {
  unsigned version = 0;
  std::string backing;  ///< "" when it has none: a golden image
  bool corrupt = false;
  bool external_data = false;
};

/// Throws Error(usage) naming `name` for anything that is not a qcow2 image.
Qcow2Header parse_qcow2_header(std::string_view bytes, const std::string& name);

/// Of a file. Throws Error(usage) when it cannot be read, or is not one.
Qcow2Header read_qcow2_header(const std::filesystem::path& image);

}  // namespace smx::vm
