#include "harness/spec/lab_files.h"

#include <gmock/gmock.h>

#include "tests/unit/spec/corp_authority.h"
#include "tests/unit/spec/spec_files.h"

namespace smx::spec {
namespace {

using testing::HasSubstr;

const std::string kRoot = kCorpRoot, kList = kCorpList;
/// No key; only something that looks like one.
const std::string kKey = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";

class LabFiles : public testing::Test {
 protected:
  std::string authority(const std::string& text) { return read_authority(files_.write("ca.pem", text)); }
  std::string lists(const std::string& text) { return read_revocation_lists(files_.write("crl.pem", text)); }
  Files files_;
};

TEST_F(LabFiles, hold_certificates_in_their_order) {
  EXPECT_EQ(authority(kRoot), kRoot);
  EXPECT_EQ(authority("# the root\n" + kRoot + "\nand the same\n" + kRoot), kRoot + kRoot);
}

TEST_F(LabFiles, hold_lists_likewise) {
  EXPECT_EQ(lists(kList), kList);
  EXPECT_EQ(lists(kRoot + kList), kList);
}

TEST_F(LabFiles, give_nothing_else_away) {
  EXPECT_EQ(authority(kKey + kRoot + kKey), kRoot);
  EXPECT_EQ(lists(kList + kKey), kList);
}

TEST_F(LabFiles, that_hold_none_are_refused_with_a_way_out) {
  for (const auto& text : {std::string(), std::string("\x30\x82\x01"), kList, kKey})
    EXPECT_THAT(
        refusal([&] { authority(text); }),
        testing::AllOf(HasSubstr("ca.pem"), HasSubstr("no certificate in PEM"), HasSubstr("openssl x509")))
        << text;
  EXPECT_THAT(refusal([&] { lists(kRoot); }),
              testing::AllOf(HasSubstr("no revocation list in PEM"), HasSubstr("openssl crl")));
}

TEST_F(LabFiles, with_a_broken_one_among_good_ones_are_refused) {
  const std::string broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  EXPECT_THAT(refusal([&] { authority(kRoot + broken + kRoot); }), HasSubstr("certificate number 2"));
  EXPECT_THAT(refusal([&] { authority(kRoot.substr(0, 200)); }), HasSubstr("certificate"));
  EXPECT_THAT(refusal([&] {
                authority(
                    "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n"
                    "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\nAAAA\n"
                    "-----END CERTIFICATE-----\n");
              }),
              HasSubstr("certificate number 1"));
}

TEST_F(LabFiles, that_no_agent_would_take_or_that_are_gone_are_refused) {
  EXPECT_THAT(refusal([&] { authority(kRoot + std::string(kAuthorityLimit, '\n')); }),
              HasSubstr("is larger than"));
  EXPECT_THAT(refusal([&] { lists(kList + std::string(kRevocationLimit, '\n')); }),
              HasSubstr("is larger than"));
  EXPECT_THAT(refusal([&] { read_authority(files_.path("gone.pem")); }), HasSubstr("cannot be read"));
}

}  // namespace
}  // namespace smx::spec
