// OpenSC, as a stranger, judges the card inside a guest: through QEMU's reader, over VSC. What it does
// through a host's pcscd is opensc_test's and gids_test's.

#include <gmock/gmock.h>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/process.h"
#include "tests/issued_card.h"
#include "vm/boot/reference_linux_boot.h"
#include "vm/card/device/smart_card.h"
#include "vm/card/piv/piv_card.h"
#include "vm/card/transport/vsc_server.h"
#include "vm/hypervisor/libvirt_hypervisor.h"
#include "vm/image/image_store.h"
#include "vm/image/overlay.h"
#include "vm/lab/lab_ca.h"
#include "vm/lab/x509_text.h"
#include "vm/reader/card_files.h"

namespace smx::vm {
namespace {

using ::testing::HasSubstr;

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
  GuestResult run(std::vector<std::string> argv, const std::string& input = "") {
    argv[0] = "/usr/bin/" + argv[0];
    return machine_->channel().execute({argv, input, Milliseconds(120000)});
  }
  static CommandResult on_host(std::vector<std::string> argv) {
    Command command;
    command.argv = std::move(argv);
    return run_command(command);
  }
  /// On this host, by the certificate in slot 9A.
  bool openssl_verifies(const std::string& signature, const std::string& text) {
    const auto file = [&](const char* name, const std::string& content) {
      write_file_atomically(folder_.path() / name, content);
      return (folder_.path() / name).string();
    };
    const auto certificate =
        file("card.pem", pem_of_certificate(certificate_of(card_->data(), 0x9a).value()));
    const auto key =
        file("key.pem", on_host({"openssl", "x509", "-pubkey", "-noout", "-in", certificate}).out);
    return on_host({"openssl", "dgst", "-sha256", "-verify", key, "-signature", file("signature", signature),
                    file("data", text)})
        .ok();
  }

  const TempDir folder_{"/tmp", "smx-cg"};
  const CancelToken cancel_;
  std::optional<SmartCard> card_;
  std::optional<VscServer> server_;
  LibvirtHypervisor hypervisor_{
      LibvirtOptions{"qemu:///embed", Acceleration::automatic, "card-in-guest", {}, {}, Milliseconds(60000)}};
  std::unique_ptr<Machine> machine_;
};

class PivInGuest : public CardInGuest, public ::testing::WithParamInterface<KeyKind> {};

INSTANTIATE_TEST_SUITE_P(Keys, PivInGuest, ::testing::Values(KeyKind::rsa2048, KeyKind::p256, KeyKind::p384),
                         [](const auto& key) { return std::string(name(key.param)); });

TEST_P(PivInGuest, is_without_fault_in_opensc_s_own_test) {
  boot(all_slots(GetParam()));
  if (IsSkipped()) return;
  const auto test = run({"pkcs11-tool", "--test", "--login", "--pin", kPin});
  EXPECT_EQ(test.code, 0) << test.out << test.err;
  EXPECT_THAT(test.out, HasSubstr("No errors"));

  // What it tests of keys on a curve is no signature.
  const bool rsa = GetParam() == KeyKind::rsa2048;
  std::vector<std::string> sign{"pkcs11-tool", "--sign", "--id",
                                "01",          "-m",     rsa ? "SHA256-RSA-PKCS" : "ECDSA-SHA256",
                                "--login",     "--pin",  kPin};
  if (!rsa) sign.insert(sign.end(), {"--signature-format", "openssl"});
  const auto before = card_->status().counters.signatures;
  const auto signature = run(sign, "what is signed");
  EXPECT_EQ(signature.code, 0) << signature.err;
  EXPECT_GT(card_->status().counters.signatures, before) << "the card itself saw it";
  EXPECT_TRUE(openssl_verifies(signature.out, "what is signed"));
  EXPECT_FALSE(openssl_verifies(signature.out, "something else"));

  const auto wrong = run({"pkcs15-tool", "--verify-pin", "--pin", "000000"});
  EXPECT_THAT(wrong.out + wrong.err, HasSubstr("PIN code or key incorrect"));
  EXPECT_EQ(card_->status().pin.tries_left, 2);
}

TEST_F(CardInGuest, of_the_gids_kind_is_used_and_managed_by_opensc) {
  boot(gids());
  if (IsSkipped()) return;
  EXPECT_THAT(run({"opensc-tool", "-n"}).out, HasSubstr("GIDS"));
  const auto change = run({"pkcs11-tool", "--login", "--pin", kPin, "--change-pin", "--new-pin", "13572468"});
  EXPECT_THAT(change.out + change.err, HasSubstr("PIN successfully changed"));
  EXPECT_FALSE(card_->status().pin.is_initial);
  const auto test = run({"pkcs11-tool", "--test", "--login", "--pin", "13572468"});
  // OpenSC's driver has no random numbers for GIDS cards; that is its only complaint.
  EXPECT_THAT(test.out + test.err, HasSubstr("1 errors"));
  EXPECT_THAT(test.out + test.err, HasSubstr("C_GenerateRandom"));
  EXPECT_GT(card_->status().counters.signatures, 0u);
}

}  // namespace
}  // namespace smx::vm
