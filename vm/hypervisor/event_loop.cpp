#include "vm/hypervisor/event_loop.h"

#include <libvirt/libvirt.h>

#include <mutex>

#include "vm/hypervisor/libvirt_error.h"

namespace smx::vm {

// libvirt registers its event loop for the whole process and for ever, hence the static pieces here.
std::shared_ptr<EventLoop> EventLoop::shared() {
  static std::mutex mutex;
  static std::weak_ptr<EventLoop> current;
  std::lock_guard lock(mutex);
  auto loop = current.lock();
  if (!loop) {
    loop.reset(new EventLoop);
    current = loop;
  }
  return loop;
}

EventLoop::EventLoop() {
  static std::once_flag once;
  std::call_once(once, [] {
    silence_libvirt();
    if (virEventRegisterDefaultImpl() < 0) throw_libvirt("register libvirt's event loop");
  });
  thread_ = std::thread([this] {
    while (!stop_) virEventRunDefaultImpl();
  });
}

EventLoop::~EventLoop() {
  stop_ = true;
  // Adding a timer wakes the loop, which then sees that it is to stop.
  const int timer = virEventAddTimeout(
      0, [](int, void*) {}, nullptr, nullptr);
  thread_.join();
  if (timer >= 0) virEventRemoveTimeout(timer);
}

}  // namespace smx::vm
