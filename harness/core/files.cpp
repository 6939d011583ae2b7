#include "harness/core/files.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <system_error>

#include "harness/core/error.h"
#include "harness/core/openssl.h"
#include "harness/core/text.h"
#include "harness/core/unique_fd.h"

namespace smx {
namespace {

namespace fs = std::filesystem;

std::string reason(int error) {
  return std::generic_category().message(error);
}

[[noreturn]] void write_failed(const fs::path& path, int error) {
  std::string way_out = error == ENOSPC || error == EDQUOT ? "; free some space and try again" : "";
  throw Error(ErrorKind::environment, path.string() + " cannot be written: " + reason(error) + way_out);
}

void write_all(int fd, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const auto n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) write_failed(path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

DigestContextPtr new_sha256() {
  DigestContextPtr ctx(EVP_MD_CTX_new());
  if (!ctx || EVP_DigestInit_ex(ctx.get(), EVP_sha256(), nullptr) != 1)
    throw Error(ErrorKind::internal, "OpenSSL offers no SHA-256");
  return ctx;
}

std::string finish(const DigestContextPtr& ctx) {
  std::array<unsigned char, 32> digest{};
  EVP_DigestFinal_ex(ctx.get(), digest.data(), nullptr);
  return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace

std::string read_file(const fs::path& path, std::uint64_t limit) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) throw Error(ErrorKind::usage, path.string() + " cannot be read: " + reason(errno));
  std::string bytes;
  std::array<char, 65536> buffer{};
  for (;;) {
    const auto n = ::read(fd.get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw Error(ErrorKind::usage, path.string() + " cannot be read: " + reason(errno));
    if (n == 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(n));
    if (bytes.size() > limit)
      throw Error(ErrorKind::usage, path.string() + " is larger than the " + std::to_string(limit) +
                                        " bytes such a file may have");
  }
}

void write_file_atomically(const fs::path& path, std::string_view bytes, unsigned mode) {
  const auto folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  std::string temporary = (folder / ("." + path.filename().string() + ".XXXXXX")).string();
  {
    const UniqueFd fd(::mkostemp(temporary.data(), O_CLOEXEC));
    if (fd.get() < 0) write_failed(path, errno);
    try {
      write_all(fd.get(), bytes, path);
      if (::fchmod(fd.get(), mode) != 0 || ::fsync(fd.get()) != 0) write_failed(path, errno);
    } catch (...) {
      ::unlink(temporary.c_str());
      throw;
    }
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    const int error = errno;
    ::unlink(temporary.c_str());
    write_failed(path, error);
  }
  const UniqueFd dir(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (dir.get() >= 0) ::fsync(dir.get());
}

TempDir::TempDir(const fs::path& parent, const std::string& prefix) {
  std::error_code error;
  fs::create_directories(parent, error);
  std::string name = (parent / (prefix + "XXXXXX")).string();
  if (!::mkdtemp(name.data()))
    throw Error(ErrorKind::environment, "no folder can be made in " + parent.string() + ": " + reason(errno));
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code ignored;  // a destructor cannot report it
  fs::remove_all(path_, ignored);
}

std::unique_ptr<FileLock> FileLock::try_take(const fs::path& file) {
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) write_failed(file, errno);
  std::unique_ptr<FileLock> lock(new FileLock(fd));
  if (lock->lock(LOCK_EX | LOCK_NB, file)) return lock;
  return nullptr;
}

std::unique_ptr<FileLock> FileLock::wait_for(const fs::path& existing) {
  const int fd = ::open(existing.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) return nullptr;
  if (fd < 0) throw Error(ErrorKind::environment, existing.string() + " cannot be opened: " + reason(errno));
  std::unique_ptr<FileLock> lock(new FileLock(fd));
  lock->lock(LOCK_EX, existing);
  return lock;
}

bool FileLock::lock(int operation, const fs::path& file) {
  while (::flock(fd_, operation) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR)
      throw Error(ErrorKind::environment,
                  file.string() + " cannot be locked: " + reason(errno) + "; keep it on a local file system");
  }
  return true;
}

FileLock::~FileLock() {
  ::close(fd_);
}

std::string sha256_hex(std::string_view bytes) {
  auto ctx = new_sha256();
  EVP_DigestUpdate(ctx.get(), bytes.data(), bytes.size());
  return finish(ctx);
}

std::string sha256_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw Error(ErrorKind::usage, path.string() + " cannot be read: " + reason(errno));
  auto ctx = new_sha256();
  std::array<char, 65536> buffer{};
  while (in.read(buffer.data(), buffer.size()) || in.gcount() > 0)
    EVP_DigestUpdate(ctx.get(), buffer.data(), static_cast<std::size_t>(in.gcount()));
  if (in.bad()) throw Error(ErrorKind::usage, path.string() + " cannot be read to its end");
  return finish(ctx);
}

}  // namespace smx
