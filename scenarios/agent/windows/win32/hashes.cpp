#include "scenarios/agent/windows/win32/hashes.h"

#include "scenarios/agent/windows/win32/system.h"
#include "scenarios/agent/windows/win32/system_error.h"
#include "scenarios/agent/windows/win32/text.h"
// after windows.h
#include <bcrypt.h>

namespace smx::agent {
namespace {

constexpr std::size_t kSha1 = 20, kSha256 = 32;
constexpr std::uint64_t kFileLimit = 64u << 20;

class Hash {
 public:
  Hash(const wchar_t* name, std::size_t size) : size_(size) {
    expect(BCryptOpenAlgorithmProvider(&algorithm_, name, nullptr, 0));
    expect(BCryptCreateHash(algorithm_, &hash_, nullptr, 0, nullptr, 0, 0));
  }
  ~Hash() { close(); }
  Hash(const Hash&) = delete;
  Hash& operator=(const Hash&) = delete;

  void add(const void* data, std::size_t size) {
    // The function takes no const, and changes nothing.
    auto* bytes = const_cast<UCHAR*>(static_cast<const UCHAR*>(data));
    expect(BCryptHashData(hash_, bytes, static_cast<ULONG>(size), 0));
  }
  Bytes digest() {
    Bytes digest(size_);
    expect(BCryptFinishHash(hash_, digest.data(), static_cast<ULONG>(digest.size()), 0));
    return digest;
  }

 private:
  void close() {
    if (hash_ != nullptr) BCryptDestroyHash(hash_);
    if (algorithm_ != nullptr) BCryptCloseAlgorithmProvider(algorithm_, 0);
  }
  void expect(NTSTATUS status) {
    if (status >= 0) return;
    close();
    hash_ = nullptr;
    algorithm_ = nullptr;
    throw_trouble("hashing", static_cast<std::uint32_t>(status));
  }

  const std::size_t size_;
  BCRYPT_ALG_HANDLE algorithm_ = nullptr;
  BCRYPT_HASH_HANDLE hash_ = nullptr;
};

Bytes hash_of(const wchar_t* name, std::size_t size, const Bytes& bytes) {
  Hash hash(name, size);
  hash.add(bytes.data(), bytes.size());
  return hash.digest();
}

}  // namespace

Bytes sha256(const Bytes& bytes) {
  return hash_of(BCRYPT_SHA256_ALGORITHM, kSha256, bytes);
}

Bytes sha1(const Bytes& bytes) {
  return hash_of(BCRYPT_SHA1_ALGORITHM, kSha1, bytes);
}

Bytes sha256_of_file(const std::string& path) {
  const auto file =
      CreateFileW(wide(path).c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                  nullptr, OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN, nullptr);
  if (file == INVALID_HANDLE_VALUE) return {};
  Hash hash(BCRYPT_SHA256_ALGORITHM, kSha256);
  std::vector<char> chunk(64u << 10);
  std::uint64_t read = 0;
  DWORD got = 0;
  bool good = true;
  while ((good = ReadFile(file, chunk.data(), static_cast<DWORD>(chunk.size()), &got, nullptr) != 0) &&
         got > 0 && read <= kFileLimit) {
    hash.add(chunk.data(), got);
    read += got;
  }
  CloseHandle(file);
  return good && read <= kFileLimit ? hash.digest() : Bytes{};
}

}  // namespace smx::agent
