#pragma once

#include <atomic>
#include <memory>
#include <thread>

namespace smx::vm {

/// libvirt's event loop on a thread of its own: it must run before a connection is opened, and as long as one
/// is. One per process, shared by all connections; stops when the last owner lets go. Callbacks of libvirt
/// run on it and must not block.
class EventLoop {
 public:
  static std::shared_ptr<EventLoop> shared();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

 private:
  EventLoop();
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace smx::vm
