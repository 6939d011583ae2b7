#include <gtest/gtest.h>

#include "scenarios/verify/certificates.h"

namespace smx::verify {
namespace {

TEST(Certificates, asks_for_no_password_for_an_encrypted_block) {
  EXPECT_EQ(certificate_sha256("-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n"
                               "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\nAAAA\n"
                               "-----END CERTIFICATE-----\n"),
            "");
}

}  // namespace
}  // namespace smx::verify
