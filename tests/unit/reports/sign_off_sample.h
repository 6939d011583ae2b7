#pragma once

#include "harness/core/model/model_json.h"
#include "harness/core/sign_off.h"

namespace smx::testing {

/// What is added to a run by signing it: everything by hand, all times fixed. SampleRun needs such
/// exceptions.
inline SignOff sample_sign_off() {
  SignOff s;
  s.product = "Example <minidriver>";
  s.version = "1.2";
  s.when = parse_iso8601("2026-11-27T10:00:00.000Z");
  s.signer = "CN=R. Roe,O=Example & Sons";
  s.fingerprint = std::string(64, 'f');
  s.judged_as_of = "2026-11-24";
  s.exceptions = {{"*/safe-networking/*/pin-management", "qa@example.com", "the card's vendor <knows>"},
                  {"reference-linux/*", "r.roe@example.com", "the reference guest is not the product"}};
  s.subjects = {{"driver", "w: basecsp.dll", std::string(64, 'b'), "6.1.7601"},
                {"harness", "safemode-matrix", "", "0.1.0"},
                {"image", "w", std::string(64, 'c'), ""}};
  return s;
}

}  // namespace smx::testing
