#include "vm/hypervisor/domain_xml.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <pugixml.hpp>
#include <sstream>

#include "harness/core/error.h"

namespace smx::vm {

namespace {

// XML 1.0 has no way to write most control characters, and pugixml would write them all the same.
std::string carried(const std::string& value, const char* what) {
  const bool bad = std::any_of(value.begin(), value.end(),
                               [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (bad) throw Error(ErrorKind::usage, fmt::format("the machine's {} holds a control character", what));
  return value;
}

std::string absolute(const std::filesystem::path& path, const char* what) {
  if (!path.is_absolute())
    throw Error(ErrorKind::usage,
                fmt::format("the machine's {} \"{}\" is not an absolute path", what, path.string()));
  return carried(path.string(), what);
}

pugi::xml_node add(pugi::xml_node parent, const char* name) {
  return parent.append_child(name);
}

pugi::xml_node add_text(pugi::xml_node parent, const char* name, const std::string& text) {
  auto node = add(parent, name);
  node.text().set(text.c_str());
  return node;
}

void set(pugi::xml_node node, const char* name, const std::string& value) {
  node.append_attribute(name).set_value(value.c_str());
}

// Devices sit on the root bus itself. libvirt would give each a root port of its own, for hot-plugging,
// which is not used, and every port costs the guest's boot a scan.
void add_slot(pugi::xml_node device, int slot) {
  auto address = add(device, "address");
  set(address, "type", "pci");
  set(address, "bus", "0x00");
  set(address, "slot", fmt::format("0x{:02x}", slot));
}

void add_mark(pugi::xml_node domain, const MachineSpec& spec, const XmlOptions& options) {
  auto mark = add(add(domain, "metadata"), "smx:machine");
  set(mark, "xmlns:smx", kMarkNamespace);
  set(mark, "run", carried(spec.run_token, "run token"));
  set(mark, "controller", std::to_string(options.controller_pid));
}

// The firmware is named file by file: libvirt's own choice would depend on what else is installed.
void add_uefi(pugi::xml_node os, const MachineSpec& spec, const XmlOptions& options) {
  auto loader = add_text(os, "loader", absolute(options.uefi_code, "UEFI firmware"));
  set(loader, "readonly", "yes");
  set(loader, "type", "pflash");
  auto variables = add_text(os, "nvram", absolute(spec.nvram, "UEFI variables"));
  set(variables, "template", absolute(options.uefi_variables, "UEFI variables"));
}

void add_boot(pugi::xml_node domain, const MachineSpec& spec, const XmlOptions& options) {
  auto os = add(domain, "os");
  auto type = add_text(os, "type", "hvm");
  set(type, "arch", "x86_64");
  set(type, "machine", "q35");
  if (spec.hardware.firmware == Hardware::Firmware::uefi) add_uefi(os, spec, options);
  if (spec.kernel.empty()) {
    set(add(os, "boot"), "dev", "hd");
    return;
  }
  // It loads the kernel and nothing else, which spares the search for something to boot from.
  if (!options.boot_rom.empty())
    set(add_text(os, "loader", absolute(options.boot_rom, "boot ROM")), "type", "rom");
  add_text(os, "kernel", absolute(spec.kernel, "kernel"));
  if (!spec.initrd.empty()) add_text(os, "initrd", absolute(spec.initrd, "initrd"));
  if (!spec.command_line.empty()) add_text(os, "cmdline", carried(spec.command_line, "command line"));
}

void add_cpu_feature(pugi::xml_node cpu, const char* name) {
  auto feature = add(cpu, "feature");
  set(feature, "policy", "require");
  set(feature, "name", name);
}

void add_cpu(pugi::xml_node domain, const MachineSpec& spec, const XmlOptions& options) {
  auto memory = add_text(domain, "memory", std::to_string(spec.memory_mib));
  set(memory, "unit", "MiB");
  add_text(domain, "vcpu", std::to_string(spec.vcpus));
  auto features = add(domain, "features");
  add(features, "acpi");
  add(features, "apic");
  auto cpu = add(domain, "cpu");
  if (options.kvm) {
    set(cpu, "mode", "host-passthrough");
    return;
  }
  // A kernel we know needs no more than the oldest 64-bit processor, and every feature that QEMU need not
  // emulate saves time; RDRAND spares it the wait for entropy. Another system's boot loader gets all that
  // QEMU has.
  if (spec.kernel.empty()) {
    set(cpu, "mode", "maximum");
    return;
  }
  set(cpu, "mode", "custom");
  set(cpu, "match", "exact");
  set(cpu, "check", "none");
  set(add_text(cpu, "model", "qemu64"), "fallback", "forbid");
  add_cpu_feature(cpu, "rdrand");
  if (!spec.nested) return;
  // QEMU emulates AMD's virtualization. KVM in the guest then runs its guests' code as fast as its own, where
  // TCG within TCG is some fifteen times slower; without nested paging half of that is lost again.
  add_cpu_feature(cpu, "svm");
  add_cpu_feature(cpu, "npt");
}

void add_clock(pugi::xml_node domain, const MachineSpec& spec) {
  if (spec.hardware.local_time) set(add(domain, "clock"), "offset", "localtime");
}

// A machine is thrown away after its boot: whatever ends it, nothing starts it again. A guest that restarts
// to get into its boot mode is still in that boot.
void add_ends(pugi::xml_node domain, const MachineSpec& spec) {
  add_text(domain, "on_poweroff", "destroy");
  add_text(domain, "on_reboot", spec.hardware.restarts ? "restart" : "destroy");
  add_text(domain, "on_crash", "destroy");
}

void add_disk(pugi::xml_node devices, const MachineSpec& spec) {
  auto disk = add(devices, "disk");
  set(disk, "type", "file");
  set(disk, "device", "disk");
  auto driver = add(disk, "driver");
  set(driver, "name", "qemu");
  set(driver, "type", "qcow2");
  // The overlay is deleted after this boot, whether it ended well or not: what a host crash would lose is
  // worthless, so the guest's flushes need not reach the host's disk.
  set(driver, "cache", "unsafe");
  set(driver, "discard", "unmap");
  set(add(disk, "source"), "file", absolute(spec.disk, "disk"));
  auto target = add(disk, "target");
  const bool sata = spec.hardware.disk == "sata";  // on the AHCI controller that q35 has anyway
  set(target, "dev", sata ? "sda" : "vda");
  set(target, "bus", sata ? "sata" : "virtio");
  if (!sata) add_slot(disk, 4);
}

// By its address, not by vendor and product: of two readers of one kind it must be the one that was chosen.
void add_host_reader(pugi::xml_node devices, const HostUsbDevice& device) {
  auto reader = add(devices, "hostdev");
  set(reader, "mode", "subsystem");
  set(reader, "type", "usb");
  auto source = add(reader, "source");
  set(source, "startupPolicy", "mandatory");
  auto address = add(source, "address");
  set(address, "bus", std::to_string(device.bus));
  set(address, "device", std::to_string(device.device));
}

void add_reader(pugi::xml_node devices, const MachineSpec& spec) {
  auto usb = add(devices, "controller");
  set(usb, "type", "usb");
  set(usb, "model", spec.hardware.usb);
  add_slot(usb, 2);
  if (spec.usb_device) return add_host_reader(devices, *spec.usb_device);
  if (spec.card_socket.empty()) return;
  auto reader = add(devices, "smartcard");
  set(reader, "mode", "passthrough");
  set(reader, "type", "unix");
  auto source = add(reader, "source");
  set(source, "mode", "connect");
  set(source, "path", absolute(spec.card_socket, "card socket"));
}

void add_agent_channel(pugi::xml_node devices) {
  auto controller = add(devices, "controller");
  set(controller, "type", "virtio-serial");
  add_slot(controller, 3);
  auto channel = add(devices, "channel");
  set(channel, "type", "unix");
  auto target = add(channel, "target");
  set(target, "type", "virtio");
  set(target, "name", "org.qemu.guest_agent.0");
}

void add_console(pugi::xml_node devices, const MachineSpec& spec) {
  if (spec.console_socket.empty()) return;
  auto serial = add(devices, "serial");
  set(serial, "type", "unix");
  auto source = add(serial, "source");
  set(source, "mode", "connect");
  set(source, "path", absolute(spec.console_socket, "console socket"));
  auto target = add(serial, "target");
  set(target, "type", "isa-serial");
  set(target, "port", "0");
}

void add_network(pugi::xml_node devices, const MachineSpec& spec) {
  if (!spec.network) return;
  auto card = add(devices, "interface");
  set(card, "type", "user");
  set(add(card, "model"), "type", spec.hardware.network);
  // No option ROM: the firmware would offer to boot from the network.
  set(add(card, "rom"), "enabled", "no");
  add_slot(card, 5);
}

void check_word(const std::string& word, std::initializer_list<const char*> known, const char* what) {
  if (std::none_of(known.begin(), known.end(), [&](const char* k) { return word == k; }))
    throw Error(ErrorKind::usage,
                fmt::format("the machine's {} \"{}\" is not one of {}", what, word, fmt::join(known, ", ")));
}

void check_hardware(const Hardware& hardware) {
  check_word(hardware.disk, {"virtio", "sata"}, "disk");
  check_word(hardware.network, {"virtio", "e1000e"}, "network card");
  check_word(hardware.usb, {"qemu-xhci", "piix3-uhci"}, "USB controller");
}

void add_devices(pugi::xml_node domain, const MachineSpec& spec, const XmlOptions& options) {
  if (spec.usb_device && !spec.card_socket.empty())
    throw Error(ErrorKind::internal, "a machine has either a virtual reader or one of this host");
  auto devices = add(domain, "devices");
  if (!options.emulator.empty()) add_text(devices, "emulator", absolute(options.emulator, "emulator"));
  if (!spec.disk.empty()) add_disk(devices, spec);
  add_reader(devices, spec);
  add_agent_channel(devices);
  add_console(devices, spec);
  add_network(devices, spec);
  if (spec.hardware.display) set(add(add(devices, "video"), "model"), "type", "vga");
  set(add(devices, "memballoon"), "model", "none");
  // A kernel that panics says so to the hypervisor, which ends the machine as crashed.
  set(add(devices, "panic"), "model", "isa");
}

}  // namespace

std::string domain_xml(const MachineSpec& spec, const XmlOptions& options) {
  check_hardware(spec.hardware);
  pugi::xml_document document;
  auto domain = add(document, "domain");
  set(domain, "type", options.kvm ? "kvm" : "qemu");
  add_text(domain, "name", carried(spec.name, "name"));
  add_mark(domain, spec, options);
  add_boot(domain, spec, options);
  add_cpu(domain, spec, options);
  add_clock(domain, spec);
  add_ends(domain, spec);
  add_devices(domain, spec, options);
  std::ostringstream text;
  document.save(text, "  ", pugi::format_indent | pugi::format_no_declaration);
  return text.str();
}

std::optional<DomainMark> read_mark(const std::string& xml) {
  pugi::xml_document document;
  if (!document.load_buffer(xml.data(), xml.size())) return std::nullopt;
  const auto metadata = document.child("domain").child("metadata");
  for (const auto& node : metadata.children()) {
    const std::string name = node.name();
    const auto colon = name.find(':');
    if (colon == std::string::npos || name.substr(colon + 1) != "machine") continue;
    const std::string prefix = "xmlns:" + name.substr(0, colon);
    if (node.attribute(prefix.c_str()).value() != std::string(kMarkNamespace)) continue;
    return DomainMark{node.attribute("run").value(), node.attribute("controller").as_int()};
  }
  return std::nullopt;
}

std::string interface_with_link(const std::string& live_xml, bool up) {
  pugi::xml_document live;
  if (!live.load_string(live_xml.c_str())) return {};
  auto interface = live.child("domain").child("devices").child("interface");
  if (!interface) return {};
  interface.remove_child("link");
  interface.append_child("link").append_attribute("state") = up ? "up" : "down";
  std::ostringstream text;
  interface.print(text, "", pugi::format_raw);
  return text.str();
}

}  // namespace smx::vm
