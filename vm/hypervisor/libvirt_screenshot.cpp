#include "vm/hypervisor/libvirt_screenshot.h"

#include <cstdlib>
#include <memory>

#include "harness/core/error.h"
#include "vm/hypervisor/libvirt_error.h"

namespace smx::vm {
namespace {

constexpr std::size_t kMostBytes = 256u << 20;  // 8192 × 8192 pixels of three bytes, with some room

int take(virStreamPtr, const char* bytes, std::size_t size, void* into) {
  auto& all = *static_cast<std::string*>(into);
  if (all.size() + size > kMostBytes) return -1;
  all.append(bytes, size);
  return static_cast<int>(size);
}

}  // namespace

Screenshot take_screenshot(LibvirtConnection& connection, virDomainPtr domain, const std::string& name) {
  const std::unique_ptr<virStream, decltype(&virStreamFree)> stream(virStreamNew(connection.get(), 0),
                                                                    &virStreamFree);
  if (!stream) throw_libvirt("open a stream");
  const std::unique_ptr<char, decltype(&std::free)> type(virDomainScreenshot(domain, stream.get(), 0, 0),
                                                         &std::free);
  if (!type) throw_libvirt("take a picture of the screen of the machine " + name);
  Screenshot picture{type.get(), {}};
  if (virStreamRecvAll(stream.get(), &take, &picture.bytes) < 0) {
    virStreamAbort(stream.get());
    throw_libvirt("read the picture of the screen of the machine " + name);
  }
  if (virStreamFinish(stream.get()) < 0)
    throw_libvirt("end the picture of the screen of the machine " + name);
  return picture;
}

}  // namespace smx::vm
