#pragma once

#include <string>

#include "scenarios/agent/windows/smartcard/certificates.h"
#include "scenarios/agent/windows/smartcard/provider_key.h"

namespace smx::agent {

/// The card's certificate with its key, for Schannel and for stores: CERT_KEY_PROV_INFO names the provider,
/// the reader and the container. `key` outlives what is returned; its PIN must be set.
Certificate certificate_with_key(const ProviderKey& key, const std::string& reader);

}  // namespace smx::agent
