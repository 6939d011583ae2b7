#include "harness/prepare/driver_package.h"

#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>

#include "harness/core/error.h"
#include "harness/core/files.h"

namespace smx::prepare {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostBytes = 64u << 20;
constexpr std::size_t kMostFiles = 256;

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

Certificate read_certificate(const std::string& bytes) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> source(
      BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())), &BIO_free);
  if (bytes.find("-----BEGIN") != std::string::npos)
    return {PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr), &X509_free};
  return {d2i_X509_bio(source.get(), nullptr), &X509_free};
}

/// Letters, digits and a few signs: the name becomes part of a path in the guest.
bool is_plain(const std::string& name) {
  return !name.empty() && name.size() <= 128 && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_' || c == ' ';
         });
}

void check_name(const fs::path& file) {
  if (!is_plain(file.filename().string()))
    throw Error(ErrorKind::usage,
                fmt::format("{}: a driver package's files have plain names: letters, digits, blanks, "
                            "\"-\", \"_\" and \".\"",
                            file.string()));
}

PackageFile msi_file(const fs::path& file) {
  check_name(file);
  return {file.filename().string(), read_file(file, kMostBytes)};
}

}  // namespace

std::vector<PackageFile> package_files(const DriverPackage& package) {
  if (!package.msi.empty()) return {msi_file(package.msi)};
  const fs::path folder = fs::path(package.inf).parent_path();
  std::vector<PackageFile> files;
  std::uint64_t left = kMostBytes;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (!entry.is_regular_file()) continue;
    const auto name = entry.path().filename().string();
    check_name(entry.path());
    if (files.size() == kMostFiles || entry.file_size() > left)
      throw Error(ErrorKind::usage,
                  fmt::format("the driver package {} is larger than {} MiB or {} files; the INF file's "
                              "folder must hold nothing but the package",
                              folder.string(), kMostBytes >> 20, kMostFiles));
    files.push_back({name, read_file(entry.path(), left)});
    left -= files.back().bytes.size();
  }
  if (error)
    throw Error(ErrorKind::usage,
                fmt::format("the driver package {} cannot be read: {}", folder.string(), error.message()));
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return files;
}

bool is_self_signed(const std::string& certificate, const fs::path& file) {
  const auto x509 = read_certificate(certificate);
  if (!x509)
    throw Error(ErrorKind::usage,
                file.string() + " is not a certificate (DER or PEM); name the driver publisher's");
  return X509_check_issued(x509.get(), x509.get()) == X509_V_OK;
}

}  // namespace smx::prepare
