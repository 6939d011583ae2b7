#pragma once

#include <filesystem>
#include <string>
#include <vector>

// The USB smart card readers of this host, from what its kernel tells (sysfs). libvirt's embedded driver
// lists no host devices, and libudev would add nothing to these files.

namespace smx::vm {

/// Where the kernel tells of its devices and processes; tests make a tree of their own.
struct UsbPlaces {
  std::filesystem::path sys = "/sys/bus/usb/devices";
  std::filesystem::path dev = "/dev/bus/usb";
  std::filesystem::path proc = "/proc";
  /// Each PC/SC driver names the devices it is for, among them readers that are not CCID devices.
  std::filesystem::path drivers = "/usr/lib/pcsc/drivers";
};

/// A process that has the device open.
struct UsbHolder {
  int pid = 0;
  std::string program;  ///< "pcscd"
  bool operator==(const UsbHolder&) const = default;
};

struct UsbReader {
  std::string id;    ///< vendor and product: "08e6:3437"
  std::string port;  ///< bus and ports on the way to it: "1-2.3"; the same until the plug is moved
  unsigned bus = 0, device = 0;               ///< `device` is another one after each plugging in
  std::string manufacturer, product, serial;  ///< as the device says, made printable, at most 100 bytes each
  std::string release;                        ///< of the device, which is its firmware's: "2.04"
  std::vector<std::string> drivers;           ///< bound to its interfaces: "usbfs" is a program's claim
  std::filesystem::path node;                 ///< /dev/bus/usb/001/004
  bool node_exists = false;
  bool writable = false;           ///< this user may open the node for writing
  std::vector<UsbHolder> holders;  ///< as far as this user may see, without this process
};

/// All of them, by port. A device is a reader when one of its interfaces is of the class CCID (0b), or an
/// installed PC/SC driver names it. Never throws for what the files hold: a device with bad values is
/// none.
std::vector<UsbReader> find_usb_readers(const UsbPlaces& places = {});

/// The one that a matrix means by `device` ("vvvv:pppp", "serial:TEXT", "port:1-2.3"; empty: the only one).
/// Throws Error(environment) when there is none, or more than one, with those that there are.
UsbReader choose_usb_reader(const std::vector<UsbReader>& readers, const std::string& device);

/// Throws Error(environment) with the way out when another program holds the reader, or this user may not
/// open it.
void check_usable(const UsbReader& reader);

/// "Gemalto USB SmartCard Reader (08e6:3437, firmware 2.04, port 1-2.3)"
std::string describe(const UsbReader& reader);
/// "pcscd (process 812)", "another program that this user cannot see", or "" for none.
std::string holders_of(const UsbReader& reader);
/// The line of a udev rules file that lets the group plugdev use the reader.
std::string udev_rule(const UsbReader& reader);
/// A value for a matrix's `device` that means this reader and none of `all`'s others.
std::string matrix_device(const UsbReader& reader, const std::vector<UsbReader>& all);

}  // namespace smx::vm
