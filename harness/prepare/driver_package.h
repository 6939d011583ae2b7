#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/core/model/matrix.h"

namespace smx::prepare {

/// A file that is put into the guest.
struct PackageFile {
  std::string name;
  std::string bytes;
};

/// Everything in the folder of the package's INF, by name; of an MSI that file alone. Throws Error(usage) for
/// more than 64 MiB or 256 files, and for a name that Windows does not take.
std::vector<PackageFile> package_files(const DriverPackage& package);

/// Whether a certificate (DER or PEM) is signed by its own key. Throws Error(usage) naming `file` for no
/// certificate.
bool is_self_signed(const std::string& certificate, const std::filesystem::path& file);

}  // namespace smx::prepare
