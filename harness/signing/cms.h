#pragma once

#include <openssl/cms.h>

#include <string>

#include "harness/core/openssl.h"

// Inside of this module: CMS as OpenSSL has it.

namespace smx::signing {

using CmsPtr = std::unique_ptr<CMS_ContentInfo, OpensslDeleter<CMS_ContentInfo_free>>;

std::string der_of(const CMS_ContentInfo* cms);

}  // namespace smx::signing
