#include "vm/card/device/card_credentials.h"

namespace smx::vm {

std::vector<Secret> CardCredentials::secrets() const {
  std::vector<Secret> all;
  for (const auto* secret : {&pin, &puk, &admin_key, &new_pin, &management_key})
    if (!secret->empty()) all.push_back(*secret);
  return all;
}

}  // namespace smx::vm
