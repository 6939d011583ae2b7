#include "harness/signing/token_uri.h"

#include <gmock/gmock.h>

#include "harness/core/error.h"

namespace smx::signing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string refused(const std::string& uri) {
  try {
    parse_token_uri(uri);
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::usage);
    return e.what();
  }
  ADD_FAILURE() << uri << " was not refused";
  return "";
}

TEST(TokenUri, is_read_by_its_attributes) {
  EXPECT_EQ(
      parse_token_uri("pkcs11:token=QA%20Lead;serial=00ff;id=%02%aB;object=SIGN%3bkey?module-path=/usr/x.so"),
      (TokenUri{"QA Lead", "00ff", "\x02\xab", "SIGN;key", "/usr/x.so"}));
  EXPECT_EQ(parse_token_uri("pkcs11:"), TokenUri{});
  EXPECT_EQ(parse_token_uri("pkcs11:object=a;type=cert"), (TokenUri{"", "", "", "a", ""}));
}

TEST(TokenUri, is_written_so_that_it_is_read_alike) {
  const TokenUri uri{"QA Lead/2", "s;1", std::string("\0\x7f", 2), "ü=%", ""};
  EXPECT_EQ(to_string(uri), "pkcs11:token=QA%20Lead%2F2;serial=s%3B1;id=%00%7F;object=%C3%BC%3D%25");
  EXPECT_EQ(parse_token_uri(to_string(uri)), uri);
}

TEST(TokenUri, is_refused_when_it_is_none) {
  for (const auto* uri : {"file.pem", "PKCS11:token=a", "pkcs11:token", "pkcs11:token=", "pkcs11:id=%2",
                          "pkcs11:id=%zz", "pkcs11:token=a;token=b", "pkcs11:slot-id=3", "pkcs11:type=data",
                          "pkcs11:token=a?module-name=x", "pkcs11:module-path=/x", "pkcs11:token=a?token=b"})
    EXPECT_THAT(refused(uri), HasSubstr("does not name a token's certificate")) << uri;
}

TEST(TokenUri, with_a_pin_is_refused_without_repeating_it) {
  for (const auto* uri : {"pkcs11:token=a?pin-value=97531864", "pkcs11:pin-value=97531864"})
    EXPECT_THAT(refused(uri), AllOf(HasSubstr("--pin"), Not(HasSubstr("97531864"))));
}

}  // namespace
}  // namespace smx::signing
