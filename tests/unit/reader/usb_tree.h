#pragma once

#include <filesystem>
#include <string>

#include "harness/core/files.h"
#include "vm/reader/usb_devices.h"

namespace smx::vm {

/// What a kernel would tell of its USB, in a folder of the test's own.
class UsbTree {
 public:
  struct Device {
    std::string port = "1-2", vendor = "08e6", product_id = "3437", bus = "1", device = "4";
    std::string interface_class = "0b", driver = {};
    std::string manufacturer = "Gemalto", product = "USB Reader", serial = {}, release = {};
  };

  UsbTree() {
    for (const auto& folder : {places_.sys, places_.dev, places_.proc, places_.drivers})
      std::filesystem::create_directories(folder);
  }

  void add(const Device& d, bool with_node = true) const {
    write(places_.sys / d.port / "idVendor", d.vendor + "\n");
    write(places_.sys / d.port / "idProduct", d.product_id + "\n");
    write(places_.sys / d.port / "busnum", d.bus + "\n");
    write(places_.sys / d.port / "devnum", d.device + "\n");
    write(places_.sys / d.port / "manufacturer", d.manufacturer + "\n");
    write(places_.sys / d.port / "product", d.product + "\n");
    if (!d.serial.empty()) write(places_.sys / d.port / "serial", d.serial + "\n");
    if (!d.release.empty()) write(places_.sys / d.port / "bcdDevice", d.release + "\n");
    write(places_.sys / (d.port + ":1.0") / "bInterfaceClass", d.interface_class + "\n");
    if (!d.driver.empty()) bind(d.port, d.driver);
    if (with_node) write(node(d), "");
  }
  void bind(const std::string& port, const std::string& driver) const {
    std::filesystem::create_symlink("/sys/bus/usb/drivers/" + driver,
                                    places_.sys / (port + ":1.0") / "driver");
  }
  void remove(const std::string& port) const { std::filesystem::remove_all(places_.sys / port); }

  /// A process that has the device open.
  void hold(const Device& d, int pid, const std::string& program) const {
    const auto process = places_.proc / std::to_string(pid);
    write(process / "comm", program + "\n");
    std::filesystem::create_directories(process / "fd");
    std::filesystem::create_symlink("/dev/null", process / "fd/0");
    std::filesystem::create_symlink(node(d), process / "fd/7");
  }

  std::filesystem::path node(const Device& d) const {
    const auto digits = [](const std::string& n) { return std::string(3 - n.size(), '0') + n; };
    return places_.dev / digits(d.bus) / digits(d.device);
  }
  const UsbPlaces& places() const { return places_; }
  std::filesystem::path path() const { return folder_.path(); }

  static void write(const std::filesystem::path& file, const std::string& text) {
    std::filesystem::create_directories(file.parent_path());
    write_file_atomically(file, text);
  }

 private:
  TempDir folder_{std::filesystem::temp_directory_path(), "smx-usb-"};
  UsbPlaces places_{folder_.path() / "sys", folder_.path() / "dev", folder_.path() / "proc",
                    folder_.path() / "drivers"};
};

}  // namespace smx::vm
