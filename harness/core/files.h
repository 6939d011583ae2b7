#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace smx {

/// The whole file, at most `limit` bytes. Throws Error(usage) naming the file and the reason, also when it is
/// larger.
std::string read_file(const std::filesystem::path& path, std::uint64_t limit = 64u << 20);

/// Replaces `path` with `bytes` so that after a crash it holds the old or the new content: temporary file in
/// the same folder, fsync, rename, fsync of the folder. `mode` are permission bits. Throws
/// Error(environment).
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes, unsigned mode = 0644);

/// A folder of its own (0700) below `parent`, removed with everything in it by the destructor.
class TempDir {
 public:
  /// `prefix` is the beginning of its name. Throws Error(environment).
  TempDir(const std::filesystem::path& parent, const std::string& prefix);
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// An advisory lock on a file (flock). The kernel drops it when the process dies, however it dies, so a lock
/// that can be taken says that its last owner is gone.
class FileLock {
 public:
  /// Makes the file when it is not there. Null when it is held elsewhere, also by this process.
  /// Throws Error(environment) when the file cannot be made or its file system knows no locks.
  static std::unique_ptr<FileLock> try_take(const std::filesystem::path& file);
  /// Blocks until it holds a file that is there; null when it is not. Throws Error(environment).
  static std::unique_ptr<FileLock> wait_for(const std::filesystem::path& existing);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  bool lock(int operation, const std::filesystem::path& file);
  int fd_;
};

/// Lower-case hex SHA-256.
std::string sha256_hex(std::string_view bytes);
std::string sha256_file(const std::filesystem::path& path);

/// Where this user's things live, after the XDG base directory specification; created on demand by the
/// caller.
std::filesystem::path state_home();  ///< $XDG_STATE_HOME/safemode-matrix
std::filesystem::path cache_home();  ///< $XDG_CACHE_HOME/safemode-matrix
/// A short private folder for sockets: $SMX_RUNTIME_DIR, else $XDG_RUNTIME_DIR/smx, else /tmp/smx-<uid>
/// (private to this user, checked).
std::filesystem::path runtime_home();
/// Installed or built data: $SMX_DATA_DIR, else ../share/safemode-matrix beside the running program.
std::filesystem::path data_dir();
/// Helper programs (the agents): $SMX_LIBEXEC_DIR, else ../libexec/safemode-matrix beside the running
/// program.
std::filesystem::path libexec_dir();

}  // namespace smx
