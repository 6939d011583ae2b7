#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/integration/image/bare_guest.h"
#include "vm/boot/reference_linux_boot.h"

namespace smx::vm {
namespace {

using nlohmann::json;
using test::BareGuest;
using testing::HasSubstr;

std::string trimmed(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

json lines(const std::string& text) {
  auto list = json::array();
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    if (!line.empty()) list.push_back(line);
  return list;
}

/// What the agent's `facts` would report, collected by hand.
json collect_facts(BareGuest& guest) {
  const auto cat = [&](const std::string& path) { return trimmed(guest.run({"/bin/cat", path}).out); };
  const auto sh = [&](const std::string& script) { return lines(guest.run({"/bin/sh", "-c", script}).out); };
  json services;
  for (const auto* name : {"pcscd", "network", "safeboot-probe"})
    services[name] = trimmed(guest.run({"/usr/sbin/svc", "status", name}).out);
  return {{"kernel_command_line", cat("/proc/cmdline")},
          {"boot_mode_file", cat("/run/boot-mode")},
          {"services", services},
          {"processes", sh("cat /proc/[0-9]*/comm")},
          {"network_interfaces", sh("ls /sys/class/net")},
          {"usb_devices", sh("for d in /sys/bus/usb/devices/*/idVendor; do d=${d%/*}; "
                             "echo $(cat $d/idVendor):$(cat $d/idProduct); done")},
          {"probe",
           {{"service", "safeboot-probe"},
            {"exit_code", guest.run({"/usr/sbin/svc", "start", "safeboot-probe"}).exit_code}}}};
}

class ReferenceGuest : public testing::Test {
 protected:
  void SetUp() override {
    std::string why_not;
    image_ = test::reference_image(why_not);
    if (!image_) GTEST_SKIP() << why_not;
  }
  MachineSpec spec(BootMode mode) {
    MachineSpec spec;
    ReferenceLinuxBoot(*image_).set_mode(spec, mode);
    return spec;
  }
  std::optional<Image> image_;
};

class InMode : public ReferenceGuest, public testing::WithParamInterface<BootMode> {};

TEST_P(InMode, proves_that_mode_and_no_other) {
  BareGuest guest(*image_, spec(GetParam()));
  const auto facts = collect_facts(guest);
  const ReferenceLinuxBoot boot(*image_);
  for (const auto mode : {BootMode::normal, BootMode::safe_networking, BootMode::safe_minimal})
    EXPECT_EQ(prove(boot.mode_facts(mode, facts), 3).proven, mode == GetParam())
        << name(mode) << facts.dump(2);
  EXPECT_TRUE(prove(boot.reader_facts("08e6:4433", facts), 1).proven) << facts.dump(2);
}

TEST_P(InMode, starts_the_services_of_its_contract) {
  const bool minimal = GetParam() == BootMode::safe_minimal, normal = GetParam() == BootMode::normal;
  BareGuest guest(*image_, spec(GetParam()));
  const auto status = [&](const std::string& name) {
    return guest.run({"/usr/sbin/svc", "status", name}).out;
  };
  EXPECT_EQ(status("qemu-ga"), "running\n");
  EXPECT_EQ(status("pcscd"), minimal ? "not-in-safeboot\n" : "running\n");
  EXPECT_EQ(status("network"), minimal ? "not-in-safeboot\n" : "running\n");
  EXPECT_EQ(status("certprop"), normal ? "running\n" : "not-in-safeboot\n");
  EXPECT_EQ(status("safeboot-probe"), normal ? "running\n" : "not-in-safeboot\n");
  // Starting what runs already is fine; what the mode does not allow is refused by name and with 84.
  const auto started = guest.run({"/usr/sbin/svc", "start", "pcscd"});
  EXPECT_EQ(started.exit_code, minimal ? 84 : 0);
  EXPECT_THAT(started.err, minimal ? HasSubstr("pcscd cannot be started in safe-minimal") : HasSubstr(""));
  EXPECT_THAT(guest.console(), HasSubstr("init: boot mode " + std::string(name(GetParam()))));
}

INSTANTIATE_TEST_SUITE_P(Modes, InMode,
                         testing::Values(BootMode::normal, BootMode::safe_networking, BootMode::safe_minimal),
                         [](const auto& param) {
                           std::string text(name(param.param));
                           std::replace(text.begin(), text.end(), '-', '_');
                           return text;
                         });

TEST_F(ReferenceGuest, with_an_unknown_mode_says_so_and_proves_none_that_was_asked_for) {
  auto machine = spec(BootMode::normal);
  machine.command_line += " safeboot=networking";
  BareGuest guest(*image_, machine);
  const auto facts = collect_facts(guest);
  EXPECT_EQ(facts["boot_mode_file"], "normal");
  EXPECT_THAT(guest.console(), HasSubstr("unknown safeboot=networking"));
  const ReferenceLinuxBoot boot(*image_);
  for (const auto mode : {BootMode::normal, BootMode::safe_networking, BootMode::safe_minimal})
    EXPECT_FALSE(prove(boot.mode_facts(mode, facts), 3).proven) << name(mode);
}

TEST_F(ReferenceGuest, controls_its_services) {
  BareGuest guest(*image_, spec(BootMode::safe_networking));
  const auto svc = [&](const std::string& verb, const std::string& name) {
    return guest.run({"/usr/sbin/svc", verb, name});
  };
  EXPECT_EQ(svc("stop", "pcscd").exit_code, 0);
  EXPECT_EQ(svc("status", "pcscd").out, "stopped\n");
  EXPECT_EQ(svc("start", "pcscd").exit_code, 0);
  EXPECT_EQ(svc("status", "pcscd").out, "running\n");
  // A service that dies without having been stopped has failed.
  EXPECT_EQ(
      guest.run({"/bin/sh", "-c", "p=$(cat /run/pcscd.pid); kill -9 $p; while [ -d /proc/$p ]; do :; done"})
          .exit_code,
      0);
  EXPECT_EQ(svc("status", "pcscd").out, "failed\n");
  EXPECT_EQ(svc("stop", "network").exit_code, 0);
  EXPECT_EQ(svc("status", "network").out, "stopped\n");
  for (const auto* name : {"", "none", "order", "../safeboot/minimal"})
    EXPECT_EQ(svc("start", name).exit_code, 2) << name;
  EXPECT_EQ(svc("restart", "pcscd").exit_code, 2);
}

TEST_F(ReferenceGuest, has_the_programs_of_its_scenarios) {
  BareGuest guest(*image_, spec(BootMode::normal));
  EXPECT_THAT(guest.run({"/usr/bin/opensc-tool", "--list-readers"}).out, HasSubstr("CCID"));
  EXPECT_THAT(guest.run({"/usr/bin/openssl", "engine", "-t", "pkcs11"}).out, HasSubstr("[ available ]"));
  EXPECT_THAT(guest.run({"/usr/bin/pkcs11-tool", "--list-slots"}).out, HasSubstr("Available slots"));
  EXPECT_EQ(guest.run({"/bin/sh", "-c", "echo x >/usr/local/bin/x"}).exit_code, 0);
  for (const auto* program : {"certutil", "curl", "kinit", "pamtester"})
    EXPECT_EQ(guest.run({"/bin/sh", "-c", std::string("command -v ") + program}).exit_code, 0) << program;
}

TEST_F(ReferenceGuest, has_two_accounts_of_which_one_may_elevate_and_none_without_a_card) {
  BareGuest guest(*image_, spec(BootMode::normal));
  const auto as = [&](const std::string& user, const std::string& command) {
    return guest.run({"/bin/su", "-s", "/bin/sh", user, "-c", command});
  };
  EXPECT_EQ(as("user", "id -u; cd && pwd && touch mine").out, "1000\n/home/user\n");
  EXPECT_EQ(as("other", "id -u; cd && pwd && touch mine").out, "1001\n/home/other\n");
  EXPECT_NE(as("other", "cat /home/user/mine").exit_code, 0);
  EXPECT_NE(as("user", "cat /etc/shadow").exit_code, 0);
  EXPECT_THAT(guest.run({"/usr/bin/sudo", "-l", "-U", "user"}).out, HasSubstr("(ALL : ALL) ALL"));
  EXPECT_THAT(guest.run({"/usr/bin/sudo", "-l", "-U", "other"}).out, HasSubstr("is not allowed"));
  const auto refused = as("user", "echo 123456 | sudo -S -k -p '' id -u");
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_EQ(refused.out.find("0\n"), std::string::npos) << refused.out;
  EXPECT_THAT(refused.err, HasSubstr("No smart card found")) << "the reader is empty";
}

TEST_F(ReferenceGuest, without_a_reader_boots_and_says_so) {
  BareGuest guest(*image_, spec(BootMode::normal), false);
  EXPECT_EQ(guest.run({"/usr/sbin/svc", "status", "pcscd"}).out, "running\n");
  EXPECT_THAT(guest.console(), HasSubstr("no reader on the USB bus"));
  EXPECT_FALSE(prove(ReferenceLinuxBoot(*image_).reader_facts("08e6:4433", collect_facts(guest)), 1).proven);
}

TEST_F(ReferenceGuest, ends_when_the_agent_is_told_to_shut_down) {
  BareGuest guest(*image_, spec(BootMode::normal));
  guest.run({"/bin/true"});
  guest.tell("guest-shutdown", {{"mode", "powerdown"}});
  guest.wait_for_end();
}

TEST_F(ReferenceGuest, tells_the_hypervisor_of_its_panic) {
  BareGuest guest(*image_, spec(BootMode::normal));
  guest.run({"/bin/true"});
  guest.tell("guest-exec", {{"path", "/bin/sh"}, {"arg", {"-c", "echo c >/proc/sysrq-trigger"}}});
  // Without the device's driver the panic would be a reboot, which ends QEMU with success.
  EXPECT_THAT([&] { guest.wait_for_end(); },
              testing::ThrowsMessage<std::runtime_error>(HasSubstr("ended with 1:")));
}

}  // namespace
}  // namespace smx::vm
