#include "vm/hypervisor/libvirt_error.h"

#include <fmt/format.h>
#include <libvirt/virterror.h>

#include <array>
#include <string_view>

namespace smx::vm {

namespace {

/// A piece of libvirt's or QEMU's message, and the way out. The first that matches applies.
struct Known {
  std::string_view piece;
  std::string_view advice;
};

constexpr auto kKnown = std::to_array<Known>({
    {"Failed to parse user 'libvirt-qemu'",
     "as root, libvirt's QEMU driver wants a user libvirt-qemu even where it is not used; make it with "
     "`adduser --system --group --no-create-home libvirt-qemu`, or run as an ordinary user"},
    {"Failed to parse group 'libvirt-qemu'",
     "as root, libvirt's QEMU driver wants a group libvirt-qemu; make it with `addgroup --system "
     "libvirt-qemu`"},
    {"no connection driver available", "install the package libvirt-daemon-driver-qemu"},
    {"no state driver", "install the package libvirt-daemon-driver-qemu"},
    {"libvirt_driver_qemu.so", "install the package libvirt-daemon-driver-qemu"},
    {"/var/run/libvirt/", "start libvirtd, or leave the uri option out: the default needs no daemon"},
    {"/run/libvirt/", "start libvirtd, or leave the uri option out: the default needs no daemon"},
    {"Failed to find user", "install the package libvirt-daemon-system"},
    {"not an emulator", "install the package qemu-system-x86"},
    {"Cannot find suitable emulator", "install the package qemu-system-x86"},
    {"unable to find any emulator", "install the package qemu-system-x86"},
    {"Cannot check QEMU binary", "install the package qemu-system-x86"},
    {"Could not access KVM kernel module",
     "this user may not use /dev/kvm; add the user to the group kvm, or choose the acceleration tcg"},
    {"failed to initialize kvm", "KVM does not work on this host; choose the acceleration tcg"},
    {"No space left on device", "free some space on the disk of the runs' folder and of the runtime folder"},
    {"Cannot allocate memory", "free some memory on this host, or run fewer machines at once"},
    {"cannot set up guest memory", "free some memory on this host, or run fewer machines at once"},
    {"Too many open files", "raise the limit of open files (`ulimit -n`), or run fewer machines at once"},
    {"already open with path",
     "libvirt's embedded driver serves one root per process; use one run per process"},
    {"already exists with uuid",
     "a machine of this name is running; `safemode-matrix resume` ends what dead runs left"},
    {"is already defined",
     "a machine of this name is running; `safemode-matrix resume` ends what dead runs left"},
    {"UNIX socket path", "set SMX_RUNTIME_DIR to a shorter folder such as /tmp/smx"},
    {"Failed to connect",
     "no process listens on that socket: its card or console server must be up before the machine"},
    {"Connection refused",
     "no process listens on that socket: its card or console server must be up before the machine"},
    {"Could not open",
     "the hypervisor cannot open that file; check that it exists and that its user may read it"},
    {"Cannot access storage file",
     "the hypervisor cannot open that file; check that it exists and that its user may read it"},
    {"could not load kernel",
     "rebuild the image (`safemode-matrix image build`): its kernel cannot be loaded"},
    {"authentication unavailable", "add the user to the group libvirt, or leave the uri option out"},
    {"Did not find USB device",
     "the reader was unplugged, or plugged in again, after it was chosen; plug it in and run again"},
    {"/sys/bus/usb/devices", "this host has no USB; use a reader of kind \"virtual\""},
    {"Permission denied", "check that this user owns the files and folders named"},
    {"Operation not permitted", "check that this user owns the files and folders named"},
});

std::string_view advice_for(const LibvirtFailure& failure) {
  for (const Known& known : kKnown)
    if (failure.message.find(known.piece) != std::string::npos) return known.advice;
  switch (failure.code) {
    case VIR_ERR_AUTH_FAILED:
    case VIR_ERR_AUTH_UNAVAILABLE:
    case VIR_ERR_AUTH_CANCELLED: return "add the user to the group libvirt, or leave the uri option out";
    case VIR_ERR_NO_CONNECT: return "install the package libvirt-daemon-driver-qemu";
    case VIR_ERR_NO_DOMAIN: return "the machine has ended";
    case VIR_ERR_NO_MEMORY: return "free some memory on this host, or run fewer machines at once";
    default: return "";
  }
}

// QEMU's own words come on several lines, behind the time and the program's path.
std::string one_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  for (char& c : text)
    if (c == '\n' || c == '\r') c = ' ';
  return text;
}

// These say that we asked libvirt for something that cannot be.
bool is_internal_error(int code) {
  return code == VIR_ERR_XML_ERROR || code == VIR_ERR_XML_DETAIL || code == VIR_ERR_INVALID_CONN ||
         code == VIR_ERR_INVALID_DOMAIN || code == VIR_ERR_XML_INVALID_SCHEMA;
}

}  // namespace

Error explain(const LibvirtFailure& failure, const std::string& action) {
  const std::string_view advice = advice_for(failure);
  const ErrorKind kind = is_internal_error(failure.code) ? ErrorKind::internal : ErrorKind::environment;
  std::string text = fmt::format("cannot {}: {}", action, one_line(failure.message));
  if (!advice.empty()) text += fmt::format("; {}", advice);
  return Error(kind, text);
}

LibvirtFailure last_failure() {
  LibvirtFailure failure;
  if (const virError* error = virGetLastError()) {
    failure = {error->code, error->domain, error->message != nullptr ? error->message : ""};
  }
  if (failure.message.empty()) failure.message = "libvirt gave no reason";
  virResetLastError();
  return failure;
}

void throw_libvirt(const std::string& action) {
  throw explain(last_failure(), action);
}

void silence_libvirt() {
  virSetErrorFunc(nullptr, [](void*, virErrorPtr) {});
}

}  // namespace smx::vm
