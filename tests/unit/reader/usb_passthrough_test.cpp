#include "vm/reader/usb_passthrough.h"

#include <gmock/gmock.h>

#include <future>

#include "harness/core/error.h"
#include "tests/unit/reader/usb_tree.h"

namespace smx::vm {
namespace {

using ::testing::HasSubstr;

std::string domain_with(const std::string& devices) {
  return "<domain><devices>" + devices + "</devices></domain>";
}
std::string hostdev(const std::string& bus, const std::string& device) {
  return "<hostdev mode='subsystem' type='usb'><source><address bus='" + bus + "' device='" + device +
         "'/></source></hostdev>";
}

class UsbPassthrough : public testing::Test {
 protected:
  UsbPassthrough() {
    card_.id = "badge";
    tree_.add(device_);
  }
  std::unique_ptr<ReaderSession> open() { return provider_.open(reader_, card_, tree_.path()); }
  std::string prepare_complaint() {
    try {
      provider_.prepare(reader_);
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::environment);
      return e.what();
    }
    return "";
  }

  UsbTree tree_;
  UsbTree::Device device_;
  CancelToken cancel_;
  ReaderGate gate_{tree_.path() / "leases", "run-1", cancel_};
  UsbPassthroughProvider provider_{gate_, {{"badge", {Secret("24681357"), Secret()}}}, tree_.places()};
  Reader reader_{"usb", ReaderKind::usb_passthrough, "badge", ""};
  Card card_;
};

TEST_F(UsbPassthrough, gives_the_device_and_no_virtual_reader_to_the_machine) {
  MachineSpec spec;
  open()->attach_to(spec);
  ASSERT_TRUE(spec.usb_device);
  EXPECT_EQ(spec.usb_device->bus, 1u);
  EXPECT_EQ(spec.usb_device->device, 4u);
  EXPECT_TRUE(spec.card_socket.empty());
}

TEST_F(UsbPassthrough, proves_the_attachment_by_the_domain_and_by_who_has_the_device) {
  const auto session = open();
  EXPECT_EQ(session->usb_id(), "08e6:3437");
  tree_.bind("1-2", "usbfs");
  tree_.hold(device_, 9, "qemu-system-x86");
  const auto facts = session->attachment(domain_with(hostdev("1", "4")));
  ASSERT_EQ(facts.size(), 2u);
  EXPECT_TRUE(facts[0].agrees) << facts[0].actual;
  EXPECT_TRUE(facts[1].agrees) << facts[1].actual;
}

TEST_F(UsbPassthrough, takes_the_claim_of_a_hypervisor_that_this_user_cannot_see) {
  const auto session = open();
  tree_.bind("1-2", "usbfs");
  EXPECT_TRUE(session->attachment("<domain/>")[1].agrees);
}

TEST_F(UsbPassthrough, does_not_prove_another_device_in_the_domain) {
  const auto session = open();
  const auto said = [&](const std::string& xml) {
    const auto fact = session->attachment(xml)[0];
    EXPECT_FALSE(fact.agrees);
    return fact.actual;
  };
  EXPECT_EQ(said(domain_with("")), "none");
  EXPECT_EQ(said(domain_with(hostdev("1", "5"))), "usb 1:5");
  EXPECT_EQ(said(domain_with(hostdev("1", "4") + hostdev("1", "4"))), "more than one");
  EXPECT_EQ(said(domain_with("<hostdev type='pci'/>")), "pci ?:?");
  EXPECT_THAT(said("<domain"), HasSubstr("cannot be read"));
  EXPECT_THAT(said(""), HasSubstr("cannot be read"));
}

TEST_F(UsbPassthrough, does_not_prove_a_device_that_nobody_or_somebody_else_has) {
  const auto session = open();
  const auto said = [&] {
    const auto fact = session->attachment("<domain/>")[1];
    EXPECT_FALSE(fact.agrees);
    return fact.actual;
  };
  EXPECT_EQ(said(), "none");
  tree_.hold(device_, 9, "qemu-system-x86");
  tree_.hold(device_, 10, "pcscd");
  EXPECT_THAT(said(), HasSubstr("pcscd (process 10)"));
  tree_.bind("1-2", "usbhid");
  EXPECT_EQ(said(), "the driver usbhid");
  tree_.remove("1-2");
  EXPECT_EQ(said(), "the reader is gone");
}

TEST_F(UsbPassthrough, neither_sees_nor_moves_nor_breaks_the_card) {
  const auto session = open();
  EXPECT_TRUE(session->physical() != nullptr);
  EXPECT_FALSE(session->physical()->moves());
  EXPECT_FALSE(session->state().observable);
  EXPECT_THROW(session->remove_card(), Error);
  EXPECT_THROW(session->insert_card(), Error);
  EXPECT_THROW(session->set_fault("slow"), Error);
  EXPECT_NO_THROW(session->restore());
  EXPECT_EQ(session->take_trace(), "");
}

TEST_F(UsbPassthrough, remembers_for_the_run_that_the_card_lost_a_try) {
  EXPECT_TRUE(open()->physical()->still_has_tries(2));
  EXPECT_TRUE(open()->physical()->still_has_tries(3)) << "the right PIN fills the counter";
  EXPECT_TRUE(open()->physical()->still_has_tries(3));
  EXPECT_FALSE(open()->physical()->still_has_tries(2)) << "in another boot of the run";
}

TEST_F(UsbPassthrough, knows_of_the_card_what_the_matrix_says) {
  EXPECT_EQ(open()->credentials().pin.reveal(), "24681357");
  EXPECT_EQ(open()->credentials().certificate_pem, "");
  card_.certificate = (tree_.path() / "c.pem").string();
  EXPECT_THROW(open(), Error);
  UsbTree::write(card_.certificate, "PEM");
  EXPECT_EQ(open()->credentials().certificate_pem, "PEM");
  card_.id = "other";
  EXPECT_TRUE(open()->credentials().pin.empty());
}

TEST_F(UsbPassthrough, notices_that_the_reader_was_unplugged) {
  const auto session = open();
  EXPECT_EQ(session->physical()->reader_trouble(), "");
  tree_.remove("1-2");
  EXPECT_THAT(session->physical()->reader_trouble(), HasSubstr("was unplugged"));
  device_.device = "5";
  tree_.add(device_);
  EXPECT_THAT(session->physical()->reader_trouble(), HasSubstr("plugged in again"))
      << "the guest had the old one";
}

TEST_F(UsbPassthrough, is_refused_before_anything_boots_when_the_reader_cannot_be_had) {
  reader_.device = "port:1-9";
  EXPECT_THAT(prepare_complaint(), HasSubstr("port:1-9"));
  reader_.device = "";
  tree_.hold(device_, 812, "pcscd");
  EXPECT_THAT(prepare_complaint(), HasSubstr("pcscd"));
  EXPECT_THROW(open(), Error);
}

TEST_F(UsbPassthrough, is_refused_while_another_run_has_the_reader) {
  {
    ReaderGate other(tree_.path() / "leases", "run-0", cancel_);
    UsbPassthroughProvider first(other, {}, tree_.places());
    EXPECT_THAT(first.prepare(reader_), HasSubstr("Gemalto"));
    tree_.hold(device_, 9, "qemu-system-x86");
    EXPECT_THAT(prepare_complaint(), HasSubstr("run run-0")) << "the run is the better word than its QEMU";
  }
  std::filesystem::remove_all(tree_.places().proc / "9");
  EXPECT_EQ(prepare_complaint(), "");
}

TEST_F(UsbPassthrough, goes_on_with_the_reader_it_began_with) {
  provider_.prepare(reader_);
  tree_.add({.port = "1-3", .vendor = "076b", .device = "7"});
  MachineSpec spec;
  open()->attach_to(spec);
  EXPECT_EQ(spec.usb_device->device, 4u);
  tree_.remove("1-2");
  EXPECT_THAT(prepare_complaint(), HasSubstr("is gone"));
  device_.device = "8";
  tree_.add(device_);
  open()->attach_to(spec);
  EXPECT_EQ(spec.usb_device->device, 8u);
}

TEST_F(UsbPassthrough, lets_the_second_of_two_boots_wait_for_the_first) {
  auto first = open();
  auto second = std::async(std::launch::async, [&] { return open() != nullptr; });
  EXPECT_EQ(second.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  first.reset();
  EXPECT_TRUE(second.get());
}

}  // namespace
}  // namespace smx::vm
