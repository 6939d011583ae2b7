#pragma once

#include <filesystem>
#include <memory>

#include "harness/core/cancel.h"
#include "vm/disk/block_device.h"

namespace smx::vm {

/// A qcow2 image as a disk: qemu-nbd serves it on a socket in a private folder, and libnbd reads it. QEMU's
/// own lock on the image is held for as long as this lives, so no machine boots it meanwhile. Needs no root.
/// qemu-nbd ends by itself when this goes, even when this process is killed: it serves one client only. Where
/// this process is killed before it is that client, the next NbdDevice ends the server (nbd_folder.h).
class NbdDevice : public BlockDevice {
 public:
  enum class Access { read, write };

  /// Blocks until it is served, some 50 ms. Throws Error(usage) when a guest holds the image, or it is no
  /// sound qcow2 image; Error(environment) when qemu-nbd is missing or refuses; Cancelled.
  NbdDevice(const std::filesystem::path& image, Access access, const CancelToken& cancel);
  /// Ends it, and waits until qemu-nbd has gone, and its lock with it. Nothing that was written is promised
  /// to be on the disk without `flush`.
  ~NbdDevice() override;

  std::uint64_t size() const override;
  void read(std::uint64_t offset, std::span<char> into) override;
  void write(std::uint64_t offset, std::string_view bytes) override;
  std::uint64_t zeros(std::uint64_t offset, std::uint64_t length) override;

  /// Makes what was written durable. Throws Error(environment).
  void flush();

 private:
  struct Server;

  std::string image_;
  Access access_;
  std::unique_ptr<Server> server_;
};

}  // namespace smx::vm
