#include "vm/hypervisor/domain_xml.h"

#include <gmock/gmock.h>

#include <pugixml.hpp>

#include "harness/core/error.h"

namespace smx::vm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

MachineSpec full_spec() {
  MachineSpec spec;
  spec.name = "smx-1";
  spec.run_token = "20261124-093012-5f3c";
  spec.kernel = "/i/vmlinux";
  spec.initrd = "/i/initrd";
  spec.command_line = "console=ttyS0 safeboot=network";
  spec.disk = "/r/overlay.qcow2";
  spec.card_socket = "/r/card.sock";
  spec.console_socket = "/r/console.sock";
  return spec;
}

pugi::xml_document parsed(const std::string& xml) {
  pugi::xml_document document;
  EXPECT_TRUE(document.load_buffer(xml.data(), xml.size()));
  return document;
}

std::string at(const std::string& xml, const char* xpath) {
  const auto document = parsed(xml);
  const auto found = document.select_node(xpath);
  return found.attribute() ? found.attribute().value() : found.node().text().get();
}

constexpr const char* kGolden = R"(<domain type="qemu">
  <name>smx-1</name>
  <metadata>
    <smx:machine xmlns:smx="urn:safemode-matrix:domain:1" run="20261124-093012-5f3c" controller="77" />
  </metadata>
  <os>
    <type arch="x86_64" machine="q35">hvm</type>
    <loader type="rom">/usr/share/qemu/qboot.rom</loader>
    <kernel>/i/vmlinux</kernel>
    <initrd>/i/initrd</initrd>
    <cmdline>console=ttyS0 safeboot=network</cmdline>
  </os>
  <memory unit="MiB">384</memory>
  <vcpu>1</vcpu>
  <features>
    <acpi />
    <apic />
  </features>
  <cpu mode="custom" match="exact" check="none">
    <model fallback="forbid">qemu64</model>
    <feature policy="require" name="rdrand" />
  </cpu>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>destroy</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type="file" device="disk">
      <driver name="qemu" type="qcow2" cache="unsafe" discard="unmap" />
      <source file="/r/overlay.qcow2" />
      <target dev="vda" bus="virtio" />
      <address type="pci" bus="0x00" slot="0x04" />
    </disk>
    <controller type="usb" model="qemu-xhci">
      <address type="pci" bus="0x00" slot="0x02" />
    </controller>
    <smartcard mode="passthrough" type="unix">
      <source mode="connect" path="/r/card.sock" />
    </smartcard>
    <controller type="virtio-serial">
      <address type="pci" bus="0x00" slot="0x03" />
    </controller>
    <channel type="unix">
      <target type="virtio" name="org.qemu.guest_agent.0" />
    </channel>
    <serial type="unix">
      <source mode="connect" path="/r/console.sock" />
      <target type="isa-serial" port="0" />
    </serial>
    <interface type="user">
      <model type="virtio" />
      <rom enabled="no" />
      <address type="pci" bus="0x00" slot="0x05" />
    </interface>
    <memballoon model="none" />
    <panic model="isa" />
  </devices>
</domain>
)";

TEST(DomainXml, is_this_for_the_reference_guest_without_kvm) {
  const XmlOptions options{.kvm = false,
                           .emulator = "/usr/bin/qemu-system-x86_64",
                           .boot_rom = "/usr/share/qemu/qboot.rom",
                           .controller_pid = 77};
  EXPECT_EQ(domain_xml(full_spec(), options), kGolden);
}

TEST(DomainXml, with_kvm_gives_the_hosts_processor) {
  const std::string xml = domain_xml(full_spec(), {.kvm = true, .emulator = "", .boot_rom = ""});
  EXPECT_EQ(at(xml, "/domain/@type"), "kvm");
  EXPECT_EQ(at(xml, "/domain/cpu/@mode"), "host-passthrough");
  EXPECT_EQ(at(xml, "/domain/os/loader"), "");
}

TEST(DomainXml, of_a_host_for_machines_of_its_own_has_virtualization) {
  MachineSpec spec = full_spec();
  spec.nested = true;
  const std::string xml = domain_xml(spec, {});
  EXPECT_EQ(at(xml, "/domain/cpu/feature[@name='svm']/@policy"), "require");
  EXPECT_EQ(at(xml, "/domain/cpu/feature[@name='npt']/@policy"), "require");
  EXPECT_EQ(at(xml, "/domain/cpu/model"), "qemu64");
}

TEST(DomainXml, without_a_kernel_boots_the_disk_with_all_that_qemu_emulates) {
  MachineSpec spec = full_spec();
  spec.kernel = spec.initrd = "";
  const std::string xml = domain_xml(spec, {.emulator = "", .boot_rom = "/usr/share/qemu/qboot.rom"});
  EXPECT_EQ(at(xml, "/domain/os/boot/@dev"), "hd");
  EXPECT_EQ(at(xml, "/domain/os/loader"), "");
  EXPECT_EQ(at(xml, "/domain/cpu/@mode"), "maximum");
}

/// A machine with its own boot loader and its own drivers.
MachineSpec windows_spec() {
  MachineSpec spec = full_spec();
  spec.kernel = spec.initrd = "";
  spec.command_line = "";
  spec.nvram = "/r/nvram.fd";
  spec.hardware = {.firmware = Hardware::Firmware::uefi,
                   .disk = "sata",
                   .network = "e1000e",
                   .usb = "piix3-uhci",
                   .display = true,
                   .restarts = true,
                   .local_time = true};
  return spec;
}

TEST(DomainXml, gives_another_system_the_hardware_that_it_has_drivers_for) {
  const XmlOptions options{
      .emulator = "", .boot_rom = "", .uefi_code = "/f/CODE.fd", .uefi_variables = "/f/VARS.fd"};
  const std::string xml = domain_xml(windows_spec(), options);
  EXPECT_EQ(at(xml, "/domain/os/loader"), "/f/CODE.fd");
  EXPECT_EQ(at(xml, "/domain/os/loader/@type"), "pflash");
  EXPECT_EQ(at(xml, "/domain/os/loader/@readonly"), "yes");
  EXPECT_EQ(at(xml, "/domain/os/nvram"), "/r/nvram.fd");
  EXPECT_EQ(at(xml, "/domain/os/nvram/@template"), "/f/VARS.fd");
  EXPECT_EQ(at(xml, "/domain/devices/disk/target/@bus"), "sata");
  EXPECT_EQ(at(xml, "/domain/devices/interface/model/@type"), "e1000e");
  EXPECT_EQ(at(xml, "/domain/devices/controller[@type='usb']/@model"), "piix3-uhci");
  EXPECT_EQ(at(xml, "/domain/devices/video/model/@type"), "vga");
  EXPECT_EQ(at(xml, "/domain/on_reboot"), "restart");
  EXPECT_EQ(at(xml, "/domain/on_crash"), "destroy");
  EXPECT_EQ(at(xml, "/domain/clock/@offset"), "localtime");
}

TEST(DomainXml, refuses_uefi_without_its_files) {
  EXPECT_THROW(domain_xml(windows_spec(), {}), Error);
  auto spec = windows_spec();
  spec.nvram = "";
  EXPECT_THROW(
      domain_xml(spec,
                 {.emulator = "", .boot_rom = "", .uefi_code = "/f/CODE.fd", .uefi_variables = "/f/VARS.fd"}),
      Error);
}

TEST(DomainXml, refuses_hardware_that_no_machine_has) {
  for (auto Hardware::*part : {&Hardware::disk, &Hardware::network, &Hardware::usb}) {
    MachineSpec spec = full_spec();
    spec.hardware.*part = "floppy";
    EXPECT_THROW(domain_xml(spec, {}), Error);
  }
}

TEST(DomainXml, leaves_out_what_is_not_asked_for) {
  MachineSpec spec;
  spec.name = "bare";
  spec.network = false;
  const std::string xml = domain_xml(spec, {});
  for (const char* piece :
       {"<smartcard", "<serial", "<interface", "<disk", "<kernel", "<emulator", "<video", "<clock", "<nvram"})
    EXPECT_THAT(xml, Not(HasSubstr(piece)));
}

TEST(DomainXml, with_a_reader_of_this_host_has_it_by_its_address_and_no_virtual_one) {
  MachineSpec spec = full_spec();
  spec.card_socket = "";
  spec.usb_device = HostUsbDevice{1, 14};
  const std::string xml = domain_xml(spec, {});
  EXPECT_EQ(at(xml, "/domain/devices/hostdev/@mode"), "subsystem");
  EXPECT_EQ(at(xml, "/domain/devices/hostdev/@type"), "usb");
  EXPECT_EQ(at(xml, "/domain/devices/hostdev/source/@startupPolicy"), "mandatory");
  EXPECT_EQ(at(xml, "/domain/devices/hostdev/source/address/@bus"), "1");
  EXPECT_EQ(at(xml, "/domain/devices/hostdev/source/address/@device"), "14");
  EXPECT_EQ(at(xml, "/domain/devices/controller[@type='usb']/@model"), "qemu-xhci");
  EXPECT_THAT(xml, Not(HasSubstr("<smartcard")));
  EXPECT_THAT(domain_xml(full_spec(), {}), Not(HasSubstr("<hostdev")));
}

TEST(DomainXml, refuses_two_readers) {
  MachineSpec spec = full_spec();
  spec.usb_device = HostUsbDevice{1, 14};
  EXPECT_THROW(domain_xml(spec, {}), Error);
}

TEST(DomainXml, carries_hostile_names_without_breaking_out) {
  MachineSpec spec = full_spec();
  spec.name = "</name><devices/>&\"'";
  spec.run_token = "\"/><evil/>";
  spec.disk = "/r/a&b<c>\".qcow2";
  const std::string xml = domain_xml(spec, {});
  EXPECT_EQ(at(xml, "/domain/name"), spec.name);
  EXPECT_EQ(at(xml, "/domain/devices/disk/source/@file"), spec.disk.string());
  EXPECT_EQ(parsed(xml).select_nodes("//evil").size(), 0u);
  EXPECT_EQ(read_mark(xml)->run_token, spec.run_token);
}

TEST(DomainXml, refuses_what_xml_cannot_carry) {
  MachineSpec spec = full_spec();
  spec.name = "a\nb";
  EXPECT_THROW(domain_xml(spec, {}), Error);
  spec = full_spec();
  spec.command_line = std::string("a\0b", 3);
  EXPECT_THROW(domain_xml(spec, {}), Error);
}

TEST(DomainXml, refuses_relative_paths) {
  MachineSpec spec = full_spec();
  spec.disk = "overlay.qcow2";
  EXPECT_THROW(domain_xml(spec, {}), Error);
}

TEST(DomainMark, is_read_back) {
  const auto mark =
      read_mark(domain_xml(full_spec(), {.emulator = "", .boot_rom = "", .controller_pid = 42}));
  ASSERT_TRUE(mark);
  EXPECT_EQ(mark->run_token, "20261124-093012-5f3c");
  EXPECT_EQ(mark->controller_pid, 42);
}

TEST(DomainMark, is_found_under_another_prefix) {
  const auto mark = read_mark(
      R"(<domain><metadata><a/><x:machine xmlns:x="urn:safemode-matrix:domain:1" run="r" controller="1"/></metadata></domain>)");
  ASSERT_TRUE(mark);
  EXPECT_EQ(mark->run_token, "r");
}

TEST(DomainMark, is_not_seen_in_other_peoples_domains) {
  for (const char* xml :
       {"", "<domain", "<domain/>", "<domain><metadata/></domain>",
        R"(<domain><metadata><smx:machine xmlns:smx="urn:other" run="r"/></metadata></domain>)",
        R"(<domain><metadata><machine run="r"/></metadata></domain>)"})
    EXPECT_FALSE(read_mark(xml)) << xml;
}

}  // namespace
}  // namespace smx::vm
