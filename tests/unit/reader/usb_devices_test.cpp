#include "vm/reader/usb_devices.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include "harness/core/error.h"
#include "tests/unit/reader/usb_tree.h"

namespace smx::vm {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Device = UsbTree::Device;

template <class Call>
std::string complaint(Call call) {
  try {
    call();
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::environment);
    return e.what();
  }
  return "";
}

std::string choose(const UsbTree& tree, const std::string& device) {
  return choose_usb_reader(find_usb_readers(tree.places()), device).port;
}
std::string choice_complaint(const UsbTree& tree, const std::string& device) {
  return complaint([&] { choose(tree, device); });
}

TEST(UsbReaders, are_found_with_all_that_tells_them_apart) {
  const UsbTree tree;
  tree.add({.port = "1-2.3", .bus = "1", .device = "14", .serial = "A17"});
  const auto readers = find_usb_readers(tree.places());
  ASSERT_EQ(readers.size(), 1u);
  const auto& r = readers[0];
  EXPECT_EQ(r.id, "08e6:3437");
  EXPECT_EQ(r.port, "1-2.3");
  EXPECT_EQ(r.bus, 1u);
  EXPECT_EQ(r.device, 14u);
  EXPECT_EQ(r.serial, "A17");
  EXPECT_EQ(describe(r), "Gemalto USB Reader (08e6:3437, port 1-2.3)");
  EXPECT_EQ(r.node, tree.places().dev / "001/014");
  EXPECT_TRUE(r.node_exists);
  EXPECT_TRUE(r.writable);
  EXPECT_THAT(r.drivers, IsEmpty());
  EXPECT_THAT(r.holders, IsEmpty());
  EXPECT_EQ(holders_of(r), "");
  EXPECT_NO_THROW(check_usable(r));
}

TEST(UsbReaders, tell_their_firmware) {
  const UsbTree tree;
  tree.add({.port = "1-1", .device = "2", .release = "0204"});
  tree.add({.port = "1-2", .device = "3", .release = "1b00"});
  tree.add({.port = "1-3", .device = "4", .release = "x\x1b[2J"});
  const auto readers = find_usb_readers(tree.places());
  ASSERT_EQ(readers.size(), 3u);
  EXPECT_EQ(describe(readers[0]), "Gemalto USB Reader (08e6:3437, firmware 2.04, port 1-1)");
  EXPECT_EQ(readers[1].release, "1b.00");
  EXPECT_EQ(describe(readers[2]), "Gemalto USB Reader (08e6:3437, port 1-3)");
}

TEST(UsbReaders, are_no_other_devices_and_no_hubs) {
  const UsbTree tree;
  tree.add({.port = "1-1", .interface_class = "03"});
  tree.add({.port = "usb1", .interface_class = "0b"});
  EXPECT_THAT(find_usb_readers(tree.places()), IsEmpty());
}

TEST(UsbReaders, are_also_what_an_installed_driver_names) {
  const UsbTree tree;
  tree.add({.vendor = "072f", .product_id = "9000", .interface_class = "ff"});
  tree.add({.port = "1-3", .vendor = "072f", .product_id = "9001", .device = "5", .interface_class = "ff"});
  EXPECT_THAT(find_usb_readers(tree.places()), IsEmpty());
  UsbTree::write(tree.places().drivers / "x.bundle/Contents/Info.plist",
                 R"(<?xml version="1.0"?><!DOCTYPE plist SYSTEM "x.dtd"><plist version="1.0"><dict>
    <key>ifdVendorID</key><array><string>0xZZ</string><string>0x072F</string></array>
    <key>ifdProductID</key><array><string>0x9001</string><string>0x9000</string><string>1</string></array>
    </dict></plist>)");
  const auto readers = find_usb_readers(tree.places());
  ASSERT_EQ(readers.size(), 1u);
  EXPECT_EQ(readers[0].port, "1-2");
}

TEST(UsbReaders, bear_drivers_lists_that_are_none) {
  const UsbTree tree;
  tree.add({});
  UsbTree::write(tree.places().drivers / "a.bundle/Contents/Info.plist",
                 "<plist><dict><key>ifdVendorID</key>");
  UsbTree::write(tree.places().drivers / "b.bundle/Contents/Info.plist", "");
  UsbTree::write(tree.places().drivers / "c.bundle/other", "");
  EXPECT_EQ(find_usb_readers(tree.places()).size(), 1u);
}

TEST(UsbReaders, that_tell_nonsense_are_none) {
  for (const Device& wrong : {Device{.vendor = "08E"},
                              {.vendor = "../x"},
                              {.product_id = ""},
                              {.bus = "0"},
                              {.bus = "-1"},
                              {.device = "1000"},
                              {.device = "4x"},
                              {.interface_class = ""}}) {
    const UsbTree tree;
    tree.add(wrong, false);
    EXPECT_THAT(find_usb_readers(tree.places()), IsEmpty());
  }
  EXPECT_THAT(find_usb_readers({"/nowhere", "/nowhere", "/nowhere", "/nowhere"}), IsEmpty());
}

TEST(UsbReaders, have_names_that_are_printable_and_bounded) {
  const UsbTree tree;
  tree.add({.product = "\x1b[2Jevil\tname", .serial = std::string(5000, 's')});
  const auto r = find_usb_readers(tree.places()).at(0);
  EXPECT_EQ(r.product.find('\x1b'), std::string::npos);
  EXPECT_EQ(r.product.find('\t'), std::string::npos);
  EXPECT_THAT(r.product, HasSubstr("evil name"));
  EXPECT_EQ(r.serial.size(), 100u);
}

TEST(UsbChoice, is_by_product_serial_or_port) {
  const UsbTree tree;
  tree.add({.port = "1-1", .device = "2", .serial = "one"});
  tree.add({.port = "1-2", .device = "3", .serial = "two"});
  tree.add({.port = "2-1", .vendor = "076b", .product_id = "3031", .bus = "2", .device = "2"});
  EXPECT_EQ(choose(tree, "076b:3031"), "2-1");
  EXPECT_EQ(choose(tree, "076B:3031"), "2-1");
  EXPECT_EQ(choose(tree, "serial:two"), "1-2");
  EXPECT_EQ(choose(tree, "port:1-1"), "1-1");
  EXPECT_THAT(choice_complaint(tree, "serial:TWO"), HasSubstr("no USB smart card reader of this host is"));
  EXPECT_THAT(choice_complaint(tree, "port:1-1.1"), HasSubstr("\"serial:one\""));
}

TEST(UsbChoice, of_none_is_the_only_one_there_is) {
  const UsbTree tree;
  EXPECT_THAT(choice_complaint(tree, ""), HasSubstr("has no USB smart card reader"));
  tree.add({});
  EXPECT_EQ(choose(tree, ""), "1-2");
}

TEST(UsbChoice, that_means_several_lists_how_to_tell_them_apart) {
  const UsbTree tree;
  tree.add({.port = "1-1", .device = "2", .serial = "one"});
  tree.add({.port = "1-2", .device = "3"});
  tree.add({.port = "1-3", .vendor = "076b", .device = "5"});
  EXPECT_THAT(choice_complaint(tree, "08e6:3437"),
              AllOf(HasSubstr("2 readers"), HasSubstr("\"serial:one\""), HasSubstr("\"port:1-2\""),
                    ::testing::Not(HasSubstr("076b"))));
  EXPECT_THAT(choice_complaint(tree, ""), AllOf(HasSubstr("3 readers"), HasSubstr("\"076b:3437\"")));
}

TEST(UsbChoice, is_named_by_the_shortest_word_that_means_one_only) {
  const UsbTree tree;
  tree.add({.port = "1-1", .device = "2", .serial = "same"});
  tree.add({.port = "1-2", .device = "3", .serial = "same"});
  const auto readers = find_usb_readers(tree.places());
  EXPECT_EQ(matrix_device(readers[0], readers), "port:1-1");
  EXPECT_EQ(matrix_device(readers[0], {readers[0]}), "08e6:3437");
}

TEST(UsbUse, is_refused_while_pcscd_has_the_reader) {
  const UsbTree tree;
  const Device d{.driver = "usbfs"};
  tree.add(d);
  tree.hold(d, 812, "pcscd");
  const auto reader = find_usb_readers(tree.places()).at(0);
  EXPECT_THAT(reader.holders, ElementsAre(UsbHolder{812, "pcscd"}));
  EXPECT_THAT(
      complaint([&] { check_usable(reader); }),
      AllOf(HasSubstr("pcscd (process 812)"), HasSubstr("systemctl stop pcscd"), HasSubstr("pcsc-relay")));
}

TEST(UsbUse, is_refused_while_another_program_has_the_reader_seen_or_not) {
  const UsbTree tree;
  const Device d{.driver = "usbfs"};
  tree.add(d);
  EXPECT_THAT(complaint([&] { check_usable(find_usb_readers(tree.places()).at(0)); }),
              HasSubstr("another program that this user cannot see"));
  tree.hold(d, 9, "qemu-system-x86");
  EXPECT_THAT(complaint([&] { check_usable(find_usb_readers(tree.places()).at(0)); }),
              HasSubstr("qemu-system-x86 (process 9)"));
}

TEST(UsbUse, is_not_refused_for_this_process_itself_or_for_a_process_with_other_files) {
  const UsbTree tree;
  tree.add({});
  tree.hold({}, ::getpid(), "unit-test");
  tree.hold({.device = "5"}, 77, "other");
  EXPECT_NO_THROW(check_usable(find_usb_readers(tree.places()).at(0)));
}

TEST(UsbUse, is_refused_without_a_node_and_without_permission) {
  const UsbTree without;
  without.add({}, false);
  EXPECT_THAT(complaint([&] { check_usable(find_usb_readers(without.places()).at(0)); }),
              HasSubstr("no device node"));
  const UsbTree tree;
  tree.add({});
  // root may write whatever the bits say
  auto reader = find_usb_readers(tree.places()).at(0);
  reader.writable = false;
  EXPECT_THAT(complaint([&] { check_usable(reader); }),
              AllOf(HasSubstr(R"(ATTR{idVendor}=="08e6", ATTR{idProduct}=="3437")"), HasSubstr("plugdev")));
}

TEST(UsbUse, needs_permission_bits_of_an_ordinary_user) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may open everything";
  const UsbTree tree;
  tree.add({});
  std::filesystem::permissions(tree.node({}), std::filesystem::perms::owner_read);
  EXPECT_FALSE(find_usb_readers(tree.places()).at(0).writable);
}

}  // namespace
}  // namespace smx::vm
