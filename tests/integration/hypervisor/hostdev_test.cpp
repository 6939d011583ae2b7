#include <gmock/gmock.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "vm/hypervisor/domain_xml.h"
#include "vm/hypervisor/embedded_root.h"
#include "vm/hypervisor/libvirt_connection.h"
#include "vm/hypervisor/libvirt_hypervisor.h"

// A USB reader of this host in a guest, as far as it can be seen without one: libvirt takes the domain, QEMU
// would be started with that very device, and a device that is not there is a clear error.

namespace smx::vm {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

MachineSpec with_reader(unsigned bus, unsigned device) {
  MachineSpec spec;
  spec.name = "smx-i-usb";
  spec.run_token = "run-1";
  spec.memory_mib = 32;
  spec.network = false;
  spec.usb_device = HostUsbDevice{bus, device};
  return spec;
}

const std::filesystem::path& runtime() {
  static const TempDir folder("/tmp", "smx-i");
  return folder.path();
}

TEST(Hostdev, is_a_domain_that_libvirt_takes_and_names_that_device_to_qemu) {
  const auto& root = EmbeddedRoot::of_this_process(runtime(), cache_home() / "libvirt", "run-1");
  LibvirtConnection connection("qemu:///embed?root=" + root.path().string(), root.path());
  const auto orphans = connection.adopt_orphans();
  const auto xml = domain_xml(with_reader(3, 14), {});
  const auto argv = [&](const std::string& domain) {
    char* text = virConnectDomainXMLToNative(connection.get(), "qemu-argv", domain.c_str(), 0);
    const std::string line = text != nullptr ? text : "";
    std::free(text);
    return line;
  };
  EXPECT_THAT(argv(xml), AllOf(HasSubstr("usb-host"), HasSubstr("/dev/bus/usb/003/014"),
                               HasSubstr("qemu-xhci"), Not(HasSubstr("ccid"))));
  EXPECT_EQ(argv("<domain type='qemu'><name>x</name></domain>"), "") << "whatever is not a domain is refused";
}

TEST(Hostdev, passes_libvirts_own_schema) {
  const std::unique_ptr<virConnect, int (*)(virConnectPtr)> connection(virConnectOpen("test:///default"),
                                                                       &virConnectClose);
  ASSERT_NE(connection, nullptr);
  auto xml = domain_xml(with_reader(3, 14), {});
  // The test driver knows no other type of domain.
  xml.replace(xml.find("type=\"qemu\""), 11, "type=\"test\"");
  const auto define = [&](const std::string& text) {
    virDomainPtr domain = virDomainDefineXMLFlags(connection.get(), text.c_str(), VIR_DOMAIN_DEFINE_VALIDATE);
    const bool taken = domain != nullptr;
    if (domain != nullptr) virDomainFree(domain);
    return taken;
  };
  EXPECT_TRUE(define(xml)) << virGetLastErrorMessage();
  auto broken = xml;
  broken.replace(broken.find("startupPolicy=\"mandatory\""), 25, "startupPolicy=\"perhaps\"");
  EXPECT_FALSE(define(broken)) << "the schema was not looked at";
}

TEST(Hostdev, that_is_not_there_ends_the_start_with_a_way_out) {
  const CancelToken cancel;
  LibvirtHypervisor hypervisor({.acceleration = Acceleration::tcg,
                                .run_token = "run-1",
                                .runtime_folder = runtime(),
                                .cache_folder = {}});
  try {
    // No host has so many devices on one bus.
    hypervisor.start(with_reader(250, 126), cancel);
    FAIL() << "a device that is not there was taken";
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::environment) << e.what();
    EXPECT_THAT(e.what(), testing::AnyOf(HasSubstr("plug it in"), HasSubstr("this host has no USB")));
  }
}

}  // namespace
}  // namespace smx::vm
