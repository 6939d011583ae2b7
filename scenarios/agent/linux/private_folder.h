#pragma once

#include <string>
#include <string_view>

namespace smx::agent {

/// A folder in memory that only this user can read (below RUN, mode 0700), gone with everything in it when
/// this object goes. What is put there survives no boot.
class PrivateFolder {
 public:
  /// Throws StepFailure (blocked, cause `system-trouble`).
  explicit PrivateFolder(const std::string& run);
  ~PrivateFolder();
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;

  const std::string& path() const { return path_; }
  /// Makes a file (0600) and gives its path. Throws StepFailure (blocked, cause `system-trouble`).
  std::string file(std::string_view name, std::string_view text) const;

 private:
  std::string path_;
};

}  // namespace smx::agent
