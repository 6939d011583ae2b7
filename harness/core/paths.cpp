#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <system_error>

#include "harness/core/error.h"
#include "harness/core/files.h"

namespace smx {
namespace {

namespace fs = std::filesystem;

/// An environment variable that names an absolute path; relative ones are ignored, as the XDG specification
/// asks.
fs::path absolute_env(const char* name) {
  const char* value = std::getenv(name);
  if (!value || value[0] != '/') return {};
  return value;
}

fs::path home() {
  if (auto path = absolute_env("HOME"); !path.empty()) return path;
  throw Error(ErrorKind::environment,
              "HOME is not set to an absolute path; set it, or XDG_STATE_HOME and XDG_CACHE_HOME");
}

fs::path beside_program(const char* relative) {
  std::error_code error;
  const auto self = fs::read_symlink("/proc/self/exe", error);
  if (error) throw Error(ErrorKind::environment, "/proc/self/exe cannot be read; is /proc mounted?");
  return (self.parent_path() / relative).lexically_normal();
}

}  // namespace

fs::path state_home() {
  auto base = absolute_env("XDG_STATE_HOME");
  return (base.empty() ? home() / ".local/state" : base) / "safemode-matrix";
}

fs::path cache_home() {
  auto base = absolute_env("XDG_CACHE_HOME");
  return (base.empty() ? home() / ".cache" : base) / "safemode-matrix";
}

fs::path runtime_home() {
  auto path = absolute_env("SMX_RUNTIME_DIR");
  if (path.empty()) {
    const auto xdg = absolute_env("XDG_RUNTIME_DIR");
    std::error_code error;
    // A session's folder that is gone (su, cron) is not a place for sockets.
    path = !xdg.empty() && fs::is_directory(xdg, error) && ::access(xdg.c_str(), W_OK) == 0
               ? xdg / "smx"
               : fs::path("/tmp/smx-" + std::to_string(::getuid()));
  }
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    throw Error(ErrorKind::environment, path.string() +
                                            " cannot be made: " + std::generic_category().message(errno) +
                                            "; set SMX_RUNTIME_DIR to a short folder of yours");
  struct stat st {};
  // In /tmp another user could have made it first.
  if (::lstat(path.c_str(), &st) != 0 || !S_ISDIR(st.st_mode) || st.st_uid != ::getuid() ||
      (st.st_mode & 022))
    throw Error(ErrorKind::environment,
                path.string() +
                    " is not a folder that only this user can write to; remove it or set SMX_RUNTIME_DIR");
  return path;
}

fs::path data_dir() {
  auto path = absolute_env("SMX_DATA_DIR");
  return path.empty() ? beside_program("../share/safemode-matrix") : path;
}

fs::path libexec_dir() {
  auto path = absolute_env("SMX_LIBEXEC_DIR");
  return path.empty() ? beside_program("../libexec/safemode-matrix") : path;
}

}  // namespace smx
