// OpenSC, as a stranger, judges the card inside a guest: through QEMU's reader, over VSC. What it does
// through a host's pcscd is opensc_test's and gids_test's.

#include <gmock/gmock.h>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "vm/boot/reference_linux_boot.h"
#include "vm/card/smart_card.h"
#include "vm/card/vsc_server.h"
#include "vm/hypervisor/libvirt_hypervisor.h"
#include "vm/image/image_store.h"
#include "vm/image/overlay.h"
#include "vm/lab/lab_ca.h"
#include "vm/reader/card_files.h"

namespace smx::vm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kPin = "24681357";

CreateCardOptions all_slots(KeyKind key) {
  CreateCardOptions options;
  options.key = key;
  options.slots = parse_slots("9a,9c,9d,9e");
  return options;
}

CreateCardOptions gids() {
  CreateCardOptions options;
  options.application = CardApplication::gids;
  options.admin_key = random_admin_key();
  return options;
}

/// The reference guest in normal mode, with a card in its reader.
class CardInGuest : public ::testing::Test {
 protected:
  void boot(const CreateCardOptions& options) {
    const ImageStore store(cache_home() / "images");
    std::optional<Image> image;
    try {
      image = store.newest("reference-linux");
    } catch (const Error& e) {
      GTEST_SKIP() << e.what();
    }
    card_.emplace(
        std::make_unique<MemoryCardStore>(issue_card(Secret(kPin), Secret("86427531"), options, LabCa())));
    server_.emplace(*card_, folder_.path() / "card.sock");
    MachineSpec spec;
    spec.name = "smx-card-in-guest";
    spec.run_token = "card-in-guest";
    ReferenceLinuxBoot(*image).set_mode(spec, BootMode::normal);
    spec.disk = folder_.path() / "overlay.qcow2";
    create_overlay(image->disk(), spec.disk, cancel_);
    spec.card_socket = server_->socket();
    machine_ = hypervisor_.start(spec, cancel_);
    ASSERT_TRUE(machine_->wait_for_agent(Milliseconds(120000)));
  }
  GuestResult run(std::vector<std::string> argv) {
    argv[0] = "/usr/bin/" + argv[0];
    auto result = machine_->channel().execute({argv, "", Milliseconds(120000)});
    result.out += result.err;
    return result;
  }

  const TempDir folder_{"/tmp", "smx-cg"};
  const CancelToken cancel_;
  std::optional<SmartCard> card_;
  std::optional<VscServer> server_;
  LibvirtHypervisor hypervisor_{{.acceleration = Acceleration::automatic, .run_token = "card-in-guest"}};
  std::unique_ptr<Machine> machine_;
};

class PivInGuest : public CardInGuest, public ::testing::WithParamInterface<KeyKind> {};

INSTANTIATE_TEST_SUITE_P(Keys, PivInGuest, ::testing::Values(KeyKind::rsa2048, KeyKind::p256, KeyKind::p384),
                         [](const auto& key) { return std::string(name(key.param)); });

TEST_P(PivInGuest, is_without_fault_in_opensc_s_own_test) {
  boot(all_slots(GetParam()));
  if (IsSkipped()) return;
  const auto test = run({"pkcs11-tool", "--test", "--login", "--pin", kPin});
  EXPECT_EQ(test.code, 0) << test.out;
  EXPECT_THAT(test.out, HasSubstr("No errors"));
  EXPECT_GT(card_->status().counters.signatures, 0u) << "the card itself saw them";

  const auto wrong = run({"pkcs15-tool", "--verify-pin", "--pin", "000000"});
  EXPECT_THAT(wrong.out, HasSubstr("PIN code or key incorrect"));
  EXPECT_EQ(card_->status().pin.tries_left, 2);
}

TEST_F(CardInGuest, of_the_gids_kind_is_used_and_managed_by_opensc) {
  boot(gids());
  if (IsSkipped()) return;
  EXPECT_THAT(run({"opensc-tool", "-n"}).out, HasSubstr("GIDS"));
  const auto change = run({"pkcs11-tool", "--login", "--pin", kPin, "--change-pin", "--new-pin", "13572468"});
  EXPECT_THAT(change.out, HasSubstr("PIN successfully changed"));
  EXPECT_FALSE(card_->status().pin.is_initial);
  const auto test = run({"pkcs11-tool", "--test", "--login", "--pin", "13572468"});
  // OpenSC's driver has no random numbers for GIDS cards; that is its only complaint.
  EXPECT_THAT(test.out, HasSubstr("1 errors"));
  EXPECT_THAT(test.out, HasSubstr("C_GenerateRandom"));
  EXPECT_GT(card_->status().counters.signatures, 0u);
}

}  // namespace
}  // namespace smx::vm
