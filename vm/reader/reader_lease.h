#pragma once

#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "harness/core/cancel.h"
#include "harness/core/files.h"

// Physical readers are there once: no two runs take the same one, and no two machines of one run.
//
//   <folder>/<hash of the identity>.lock     held (flock) by the run that has the reader; the kernel drops it
//   <folder>/<hash of the identity>.holder   its name, for the others' error message; means nothing while
//                                            the lock is free
//
// The folder is this user's. What keeps other users away is the reader itself: a program that has it open.

namespace smx::vm {

struct LeaseHolder {
  std::string identity;  ///< of the reader: "usb 08e6:3437 port 1-2.3", "pcsc NAME"
  std::string run;       ///< the run's id
  int pid = 0;
};

/// One reader, for this run. The destructor gives it back.
class ReaderLease {
 public:
  /// Throws Error(environment) that names the holder.
  ReaderLease(const std::filesystem::path& folder, const std::string& identity, const std::string& run);
  ~ReaderLease();
  ReaderLease(const ReaderLease&) = delete;
  ReaderLease& operator=(const ReaderLease&) = delete;

 private:
  std::filesystem::path holder_;
  std::unique_ptr<FileLock> lock_;
};

/// The leases that are held now, by identity.
std::vector<LeaseHolder> current_leases(const std::filesystem::path& folder);

/// The physical readers of one run: each is leased from its first use until this ends, and used by one
/// session at a time. Thread-safe; outlives its passes.
class ReaderGate {
 public:
  ReaderGate(std::filesystem::path folder, std::string run, const CancelToken& cancel);

  /// Leases the reader for this run if it is not yet. Throws Error(environment) when another run has it.
  void lease(const std::string& identity);

  /// The right to use one reader, until it is destroyed.
  class Pass {
   public:
    Pass(ReaderGate& gate, std::string identity) : gate_(gate), identity_(std::move(identity)) {}
    ~Pass() { gate_.leave(identity_); }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;

   private:
    ReaderGate& gate_;
    const std::string identity_;
  };

  /// Leases, and blocks until no other session of this run uses the reader. Throws as `lease`, and Cancelled.
  std::unique_ptr<Pass> enter(const std::string& identity);

 private:
  struct Place {
    std::unique_ptr<ReaderLease> lease;
    bool used = false;
  };
  void leave(const std::string& identity);
  Place& leased(const std::string& identity);

  const std::filesystem::path folder_;
  const std::string run_;
  const CancelToken& cancel_;
  std::mutex mutex_;
  std::condition_variable free_;
  std::map<std::string, Place> places_;
};

}  // namespace smx::vm
