#include "harness/core/openssl.h"
#include "harness/signing/verify.h"
#include "tests/fuzz/fuzz_check.h"

// Bytes as a signature over a text that one signer signed (corpus/cms/signature): whatever they are, they are
// refused with a reason, or say that this signer signed this text. Its key is gone.

namespace {

constexpr const char* kSigner = R"(-----BEGIN CERTIFICATE-----
MIIBgjCCASigAwIBAgIUXYwQ4lO9HUTC78XHnTU5pWAFu4cwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwERnV6ejAgFw0yNjExMjcxOTA1MTRaGA8yMTI2MTEwMzE5MDUx
NFowDzENMAsGA1UEAwwERnV6ejBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABEna
i3QvciDPU2hJLxqGAw8ddSPiCLUnUh55muJyduxRy+UUhCnJeRsXOB6xMv2i/XU9
vf5NTCnW1L2oe8Yj5X+jYDBeMB0GA1UdDgQWBBQMPIyuothMTp2/FvsDal6ZCe/R
8zAfBgNVHSMEGDAWgBQMPIyuothMTp2/FvsDal6ZCe/R8zAPBgNVHRMBAf8EBTAD
AQH/MAsGA1UdDwQEAwIHgDAKBggqhkjOPQQDAgNIADBFAiAZhZEhXuJeWCUxTBKh
HK8vQWPhBMVAl4jXrmpXg8+7eAIhANycfKGENGqOuPay7StJRB7fnuoUhTqAxGWb
6upYItJq
-----END CERTIFICATE-----
)";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace smx::signing;
  static const Identity pinned{kSigner, "CN=Fuzz", std::string(64, '0')};
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto result = verify_detached("signed", bytes, pinned);
  FUZZ_CHECK(result.valid == result.why.empty());
  FUZZ_CHECK(result.valid == result.signed_at.has_value());
  FUZZ_CHECK(!result.valid || result.signer->certificate_pem == kSigner);
  FUZZ_CHECK(!verify_detached("never signed", bytes, pinned).valid);
  return 0;
}
