#include "harness/signoff/plain_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "harness/core/error.h"
#include "harness/core/openssl.h"
#include "harness/core/text.h"

namespace smx::signoff {
namespace {

constexpr int kFolder = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

/// Bytes read, 0 at the end, nothing on an error.
std::optional<std::size_t> read_some(int fd, std::array<char, 65536>& buffer) {
  for (;;) {
    const auto n = ::read(fd, buffer.data(), buffer.size());
    if (n >= 0) return static_cast<std::size_t>(n);
    if (errno != EINTR) return std::nullopt;
  }
}

void write_whole(int fd, const char* bytes, std::size_t size) {
  while (size > 0) {
    const auto n = ::write(fd, bytes, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0)
      throw Error(ErrorKind::environment,
                  std::string("a copy of evidence cannot be written: ") + std::strerror(errno));
    bytes += n;
    size -= static_cast<std::size_t>(n);
  }
}

}  // namespace

UniqueFd open_folder(const std::filesystem::path& folder) {
  UniqueFd fd(::open(folder.c_str(), kFolder));
  if (!fd)
    throw Error(ErrorKind::usage, folder.string() + " cannot be opened as a folder: " + std::strerror(errno));
  return fd;
}

std::optional<PlainFile> open_plain(const UniqueFd& root, const std::string& path) {
  UniqueFd folder;
  std::size_t from = 0;
  for (auto slash = path.find('/'); slash != path.npos; slash = path.find('/', from)) {
    const int below = folder ? folder.get() : root.get();
    UniqueFd next(::openat(below, path.substr(from, slash - from).c_str(), kFolder | O_NOFOLLOW));
    if (!next) return std::nullopt;
    folder = std::move(next);
    from = slash + 1;
  }
  // Without O_NONBLOCK a pipe without a writer would block this for ever.
  PlainFile file{UniqueFd(::openat(folder ? folder.get() : root.get(), path.substr(from).c_str(),
                                   O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)),
                 0};
  struct stat st {};
  if (!file.fd || ::fstat(file.fd.get(), &st) != 0 || !S_ISREG(st.st_mode)) return std::nullopt;
  file.size = static_cast<std::uint64_t>(st.st_size);
  return file;
}

std::optional<std::string> sha256_of(const PlainFile& file, const CancelToken& cancel, int copy) {
  const DigestContextPtr digest(EVP_MD_CTX_new());
  if (!digest || EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr) != 1)
    throw Error(ErrorKind::internal, "OpenSSL offers no SHA-256");
  std::array<char, 65536> buffer{};
  for (;;) {
    cancel.check();
    const auto n = read_some(file.fd.get(), buffer);
    if (!n) return std::nullopt;
    if (*n == 0) break;
    EVP_DigestUpdate(digest.get(), buffer.data(), *n);
    if (copy >= 0) write_whole(copy, buffer.data(), *n);
  }
  std::array<unsigned char, 32> hash{};
  EVP_DigestFinal_ex(digest.get(), hash.data(), nullptr);
  return to_hex({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

std::optional<std::string> read_plain(const UniqueFd& root, const std::string& path, std::uint64_t limit) {
  const auto file = open_plain(root, path);
  if (!file || file->size > limit) return std::nullopt;
  std::string bytes;
  std::array<char, 65536> buffer{};
  for (;;) {
    const auto n = read_some(file->fd.get(), buffer);
    if (!n) return std::nullopt;
    if (*n == 0) return bytes;
    bytes.append(buffer.data(), *n);
    if (bytes.size() > limit) return std::nullopt;
  }
}

}  // namespace smx::signoff
