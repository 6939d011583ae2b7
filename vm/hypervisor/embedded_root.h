#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

// The embedded driver's root: a short folder of this process's own, in which libvirt keeps its sockets, state
// and configuration.
//
//   <runtime folder>/r-XXXXXX/        short: QEMU's socket paths below it must not pass 107 characters
//     owner                           locked (flock) as long as its controller lives; holds the run token
//     etc/qemu.conf                   written before the first open; libvirt reads it once
//     cache -> <cache home>/libvirt   QEMU's capabilities, shared: probing them takes seconds
//     run/qemu/NAME.pid               written by libvirt
//
// libvirt's embedded driver cannot be closed: one process has one root, until it exits.

namespace smx::vm {

class EmbeddedRoot {
 public:
  /// This process's root, made at the first call below `runtime_folder` and removed when the process exits.
  /// Later calls give the same root another run token. Throws Error(environment) when a socket path would be
  /// too long (before anything is made), there is no space, or no permission.
  static const EmbeddedRoot& of_this_process(const std::filesystem::path& runtime_folder,
                                             const std::filesystem::path& capability_cache,
                                             const std::string& run_token);

  const std::filesystem::path& path() const { return path_; }

  EmbeddedRoot(const std::filesystem::path& runtime_folder, const std::filesystem::path& capability_cache);
  ~EmbeddedRoot();
  EmbeddedRoot(const EmbeddedRoot&) = delete;
  EmbeddedRoot& operator=(const EmbeddedRoot&) = delete;
  void set_token(const std::string& run_token) const;

 private:
  std::filesystem::path path_;
  int owner_ = -1;  // open file descriptor of the lock
};

/// Throws Error(environment) when the longest socket path that libvirt makes below a root in this folder is
/// over 107 characters; says which folder to set.
void check_runtime_folder_length(const std::filesystem::path& runtime_folder);
/// The same for any Unix socket.
void check_socket_path(const std::filesystem::path& socket);

/// qemu.conf for a controller that runs as root, or as an ordinary user.
std::string qemu_conf(bool as_root);

/// Ends the QEMU processes of roots whose controller is gone and `is_dead` confirms it for their token, and
/// removes the roots. Returns the names of the machines that were running. `limit` bounds the wait for each
/// process.
std::vector<std::string> end_dead_roots(const std::filesystem::path& runtime_folder,
                                        const std::function<bool(const std::string&)>& is_dead);

}  // namespace smx::vm
