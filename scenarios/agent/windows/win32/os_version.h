#pragma once

#include <string>

namespace smx::agent {

struct OsVersion {
  std::string product_name;  ///< "Windows 10 Pro", as the registry has it
  std::string version;       ///< "10.0.19045"; not what compatibility shims say
  std::string build;         ///< with the update's revision where the registry has it: "19045.3803"
  std::string edition;       ///< "Professional"
  std::string architecture;  ///< "x86_64", "x86", "arm64", or a number
};

OsVersion os_version();

}  // namespace smx::agent
