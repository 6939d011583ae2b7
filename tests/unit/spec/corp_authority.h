#pragma once

// An authority that nobody uses, for tests: a root, and its list of nothing revoked.

namespace smx::spec {

inline constexpr const char* kCorpRoot =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBfzCCASWgAwIBAgIUcJ4VuCbHnWps90PJCou5CTHeqlAwCgYIKoZIzj0EAwIw\n"
    "FDESMBAGA1UEAwwJQ29ycCBSb290MCAXDTI2MTEyNTEzNDYyN1oYDzIxMjYxMTAx\n"
    "MTM0NjI3WjAUMRIwEAYDVQQDDAlDb3JwIFJvb3QwWTATBgcqhkjOPQIBBggqhkjO\n"
    "PQMBBwNCAASAcKimA8oTUG9ehdkz0Ilb90m8SXHY0cNa5pt1BUL9Wmg6pOJxOkdL\n"
    "2ucAzFuK0biNdhiCbrQYz0f6otjkLwZEo1MwUTAdBgNVHQ4EFgQUeS9jkiKiepQ+\n"
    "8vAEsNZvJiz3EdwwHwYDVR0jBBgwFoAUeS9jkiKiepQ+8vAEsNZvJiz3EdwwDwYD\n"
    "VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEA3AM5SQJuAFEcKwQUovoY\n"
    "QfMsMdJGWR9DyLBGCBcpUBwCICM+iGJT0rHBmCqilhA0v+umAVHhri1Ae098mPQH\n"
    "9auB\n"
    "-----END CERTIFICATE-----\n";

inline constexpr const char* kCorpList =
    "-----BEGIN X509 CRL-----\n"
    "MIGaMEIwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJQ29ycCBSb290Fw0yNjExMjUx\n"
    "MzQ2MjdaGA8yMTI2MTEwMTEzNDYyN1owCgYIKoZIzj0EAwIDSAAwRQIgOwafjGfw\n"
    "FfmIMibEU6Hi9b1crbCl9JjowOrPFjOla8cCIQC9t7bAUPyarYVqeyPFzGe5YVNt\n"
    "KeRkPOKXS86PTWu6MQ==\n"
    "-----END X509 CRL-----\n";

}  // namespace smx::spec
