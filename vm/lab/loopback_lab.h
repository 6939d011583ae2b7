#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "harness/core/files.h"
#include "harness/core/lab_description.h"
#include "vm/lab/kdc.h"
#include "vm/lab/tls_server.h"
#include "vm/lab/web_server.h"

namespace smx::vm {

/// A lab of real software on this host's loopback: MIT Kerberos' KDC with PKINIT, a web server that takes
/// Kerberos, gives out revocation lists, answers OCSP and enrols, and a TLS server that demands a card. It
/// needs no root, and everything of it is in its folder: keys and databases readable by this user only,
/// random each time. Not thread-safe, but for the logs.
class LoopbackLab {
 public:
  /// Makes `folder` (0700) and starts everything; returns when it can be used. What a dead lab left there is
  /// ended and removed first. `ca` outlives this. Throws Error(environment) when the folder's lab is up
  /// already, or something is missing; Cancelled.
  LoopbackLab(const std::filesystem::path& folder, const LabCa& ca, const CancelToken& cancel);
  /// Ends everything and removes the folder.
  ~LoopbackLab();
  LoopbackLab(const LoopbackLab&) = delete;
  LoopbackLab& operator=(const LoopbackLab&) = delete;

  /// As a guest in QEMU's user network sees it, with the revocation lists of now, which the KDC then heeds
  /// too. Throws Error(environment), Cancelled.
  LabDescription describe(const CancelToken& cancel);

  const Kdc& kdc() const { return *kdc_; }
  const WebServer& web() const { return *web_; }
  TlsServer& tls() { return *tls_; }

 private:
  std::filesystem::path folder_;
  std::unique_ptr<FileLock> lock_;
  const LabCa& ca_;
  std::unique_ptr<Kdc> kdc_;
  std::unique_ptr<WebServer> web_;
  std::unique_ptr<TlsServer> tls_;
};

/// A lab's folder, by what is in it.
struct LabState {
  std::string name;           ///< the folder's
  bool up = false;            ///< a process owns it; otherwise it died half-way
  int owner = 0;              ///< the process that runs it
  std::string kdc, web, tls;  ///< "127.0.0.1:40123"
};

/// The labs below `folder`, by name.
std::vector<LabState> list_labs(const std::filesystem::path& folder);

/// Ends what dead labs below `folder` left, and removes it; the names of those that there were.
std::vector<std::string> end_dead_labs(const std::filesystem::path& folder);

/// Ends a lab that another process runs: asks that process, and makes up for it when it has died. Returns
/// when nothing is left; false when there is no such lab. Waits for one that is just starting. Throws
/// Error(environment) when it is not up, or does not end, in 10 s.
bool end_lab(const std::filesystem::path& folder, const std::string& name);

}  // namespace smx::vm
