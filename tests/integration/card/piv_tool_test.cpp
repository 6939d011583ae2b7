// piv-tool administers the card: proves the management key, generates keys, writes certificates and objects.
// The openssl program judges the keys.

#include <sstream>

#include "tests/integration/card/opensc_fixture.h"
#include "vm/card/device/card_contents.h"
#include "vm/card/iso7816/tlv.h"
#include "vm/card/piv/piv_card.h"
#include "vm/card/piv/piv_objects.h"

namespace smx::vm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Algorithm {
  const char* id;   ///< as piv-tool writes it
  const char* key;  ///< as `card create --management-key` takes it
};

class PivTool : public OpenScFixture {
 protected:
  virtual std::string key() const { return "3des:0123456789abcdef89abcdef0123456700112233445566aa"; }
  CreateCardOptions options() const override {
    auto options = OpenScFixture::options();
    options.slots = parse_slots("9a,9c,9d,9e");
    options.management_key = parse_management_key(key());
    return options;
  }
  /// piv-tool as administrator; the key comes from the file that PIV_EXT_AUTH_KEY names.
  CommandResult piv_tool(const std::string& mode, std::vector<std::string> arguments) {
    const auto text = key();
    file("management.key", text.substr(text.find(':') + 1));
    std::vector<std::string> argv{"piv-tool", "-A", mode};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return run(argv, {{"PIV_EXT_AUTH_KEY", (folder_.path() / "management.key").string()}});
  }
  /// A new CHUID in "chuid.bin", as piv-tool wants it: with its 53. Gives the contents.
  Bytes make_chuid_file() {
    auto contents = piv::new_chuid();
    file("chuid.bin", as_text(make_tlv(0x53, contents)));
    return contents;
  }
  /// piv-tool of OpenSC 0.23 has the card make the key, and then cannot put the public half together with
  /// OpenSSL 3 ("unable to gen"): its exit code tells nothing of the card.
  void generate(const std::string& slot) {
    const auto result = piv_tool("M:9B:03", {"-G", slot + ":" + algorithm()});
    EXPECT_TRUE(result.ok() || result.out.find("unable to gen") != std::string::npos) << result.out;
    EXPECT_THAT(result.out, Not(HasSubstr("failed")));
  }
  /// The bytes that piv-tool shows of a response: lines of up to 16, and the same as characters.
  static Bytes bytes_in_dump(const std::string& text) {
    std::string digits;
    std::istringstream lines(text.substr(text.find("SW2=0x00):\n") + 11));
    for (std::string line; std::getline(lines, line);) {
      if (line.size() < 3 || !parse_hex(line.substr(0, 2)) || line[2] != ' ') break;  // what stderr said
      for (const char c : line.substr(0, 16 * 3))
        if (c != ' ') digits += c;
    }
    return parse_hex(digits).value();
  }
  /// What openssl prints of a key, without its colons and spaces.
  static std::string hex_digits_of(const std::string& text) {
    std::string digits;
    for (const char c : text)
      if (c != ':' && c != ' ' && c != '\n') digits += c;
    return digits;
  }
  std::string algorithm() const {
    return GetParam() == KeyKind::rsa2048 ? "07" : GetParam() == KeyKind::p256 ? "11" : "14";
  }
};

INSTANTIATE_TEST_SUITE_P(Keys, PivTool, ::testing::Values(KeyKind::rsa2048, KeyKind::p256, KeyKind::p384),
                         name_of_kind);

TEST_P(PivTool, generates_a_key_and_gets_the_public_half_that_openssl_knows) {
  const auto before = card_->data().keys.at(0x9e).public_key_der();
  generate("9E");
  const auto made = card_->data().keys.at(0x9e).public_key_der();
  EXPECT_NE(made, before);
  const auto answer = piv_tool("M:9B:03", {"-s", "00:47:00:9E:05:AC:03:80:01:" + algorithm() + ":00"});
  ASSERT_THAT(answer.out, HasSubstr("SW1=0x90, SW2=0x00"));
  const auto sent = bytes_in_dump(answer.out);
  const auto contents = find_tlv(sent, 0x7f49).value();
  file("key.der", as_text(card_->data().keys.at(0x9e).public_key_der()));
  const auto text =
      run({"openssl", "pkey", "-pubin", "-inform", "DER", "-in", "key.der", "-text", "-noout"}).out;
  const auto value = find_tlv(contents, GetParam() == KeyKind::rsa2048 ? 0x81 : 0x86).value();
  EXPECT_THAT(hex_digits_of(text), HasSubstr(hex(value)));
}

TEST_P(PivTool, writes_a_certificate_for_the_new_key_which_signs) {
  generate("9A");
  const auto der =
      ca_.issue_card_certificate(card_->data().keys.at(0x9a).public_key_der(), {"New", "new@lab.test"});
  file("new-card.pem", pem_of_certificate(der));
  piv_tool("M:9B:03", {"-C", "9A", "-i", "new-card.pem"});  // ends with the number of bytes as its exit code
  EXPECT_THAT(run({"pkcs15-tool", "--read-certificate", "01"}).out, HasSubstr(content("new-card.pem")));
  write_public_key(0x9a);
  file("data", "what is signed");
  const bool rsa = GetParam() == KeyKind::rsa2048;
  std::vector<std::string> sign{"pkcs11-tool",
                                "--login",
                                "--pin",
                                std::string(kPin),
                                "--sign",
                                "--id",
                                "01",
                                "-i",
                                "data",
                                "-o",
                                "signature",
                                "-m",
                                rsa ? "SHA256-RSA-PKCS" : "ECDSA-SHA256"};
  if (!rsa) sign.insert(sign.end(), {"--signature-format", "openssl"});
  const auto result = run(sign);
  ASSERT_TRUE(result.ok()) << result.out;
  const std::vector<std::string> verify{"openssl", "dgst",       "-sha256",   "-verify",
                                        "key.pem", "-signature", "signature", "data"};
  EXPECT_THAT(run(verify).out, HasSubstr("Verified OK"));
}

TEST_P(PivTool, writes_an_object_that_is_read_back) {
  const auto object = make_chuid_file();
  piv_tool("M:9B:03", {"-O", "3000", "-i", "chuid.bin"});
  EXPECT_EQ(card_->data().objects.at(kObjectChuid), object);
  EXPECT_THAT(run({"pkcs15-tool", "--dump"}).out, HasSubstr(card_guid(card_->data())));
}

TEST_P(PivTool, writes_nothing_without_the_key) {
  const auto before = card_->data();
  file("new-card.pem", pem_of_certificate(certificate_of(before, 0x9c).value()));
  const std::string wrong(48, 'a');
  file("wrong.key", wrong);
  const std::map<std::string, std::string> env{{"PIV_EXT_AUTH_KEY", (folder_.path() / "wrong.key").string()}};
  const auto refused = run({"piv-tool", "-A", "M:9B:03", "-C", "9A", "-i", "new-card.pem"}, env);
  EXPECT_THAT(refused.out, HasSubstr("admin_mode failed"));
  run({"piv-tool", "-C", "9A", "-i", "new-card.pem"});
  EXPECT_THAT(run({"piv-tool", "-G", "9A:" + algorithm()}).out, HasSubstr("gen_key failed"));
  EXPECT_EQ(card_->data().objects, before.objects);
  EXPECT_EQ(card_->data().keys.at(0x9a).public_key_der(), before.keys.at(0x9a).public_key_der());
}

class PivToolAlgorithm : public PivTool {
 protected:
  static constexpr Algorithm kAlgorithms[] = {
      {"08", "000102030405060708090a0b0c0d0e0f"},
      {"0A", "aes192:000102030405060708090a0b0c0d0e0f1011121314151617"},
      {"0C", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"}};
  std::string key() const override { return kAlgorithms[at_].key; }
  std::size_t at_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Keys, PivToolAlgorithm, ::testing::Values(KeyKind::p256), name_of_kind);

TEST_P(PivToolAlgorithm, proves_aes_keys_too) {
  for (at_ = 0; at_ < std::size(kAlgorithms); ++at_) {
    auto data = card_->data();
    data.management_key = parse_management_key(key());
    card_->replace(std::move(data));
    const auto before = card_->data().keys.at(0x9e).public_key_der();
    const auto result = piv_tool(std::string("M:9B:") + kAlgorithms[at_].id, {"-G", "9E:11"});
    EXPECT_THAT(result.out, Not(HasSubstr("failed")));
    EXPECT_NE(card_->data().keys.at(0x9e).public_key_der(), before) << kAlgorithms[at_].id;
  }
}

}  // namespace
}  // namespace smx::vm
