#pragma once

#include <filesystem>
#include <mutex>
#include <set>
#include <string>

namespace smx::vm {

/// The serial numbers that an authority has revoked: a file with one in a line, upper-case hex, that only
/// ever grows; or memory, while there is no file. Thread-safe, and safe with other processes.
class RevokedSerials {
 public:
  explicit RevokedSerials(std::filesystem::path file) : file_(std::move(file)) {}

  /// Durable when it returns. Throws Error(environment).
  void add(const std::string& serial);
  bool has(const std::string& serial) const;
  std::set<std::string> all() const;
  /// From now on in this file, with what was known before.
  void move_to(const std::filesystem::path& file);

 private:
  std::set<std::string> read() const;
  void write(const std::set<std::string>& serials) const;

  mutable std::mutex mutex_;
  std::filesystem::path file_;  ///< empty: memory only
  std::set<std::string> known_;
};

}  // namespace smx::vm
