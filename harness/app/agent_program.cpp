#include "harness/app/agent_program.h"

#include <filesystem>

#include "harness/core/error.h"
#include "harness/core/files.h"

namespace smx::app {

std::string agent_program(const std::string& file) {
  const auto path = libexec_dir() / file;
  std::error_code error;
  if (!std::filesystem::exists(path, error))
    throw Error(ErrorKind::environment,
                path.string() + " is not there: the guest's agent is not built or not installed");
  return read_file(path, 64u << 20);
}

}  // namespace smx::app
