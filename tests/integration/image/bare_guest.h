#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "harness/core/cancel.h"
#include "harness/core/files.h"
#include "vm/hypervisor/hypervisor.h"
#include "vm/image/image_store.h"

namespace smx::vm::test {

/// This user's newest reference image, built when it is not up to date; nothing when the Debian packages
/// cannot be reached or a program is missing, with the reason in `why_not`.
std::optional<Image> reference_image(std::string& why_not);

/// The reference guest under QEMU alone: no libvirt, no acceleration, spoken to by the guest agent's own
/// protocol. Everything that waits has a limit and ends the test with an exception.
class BareGuest {
 public:
  /// Starts QEMU with `spec`'s kernel, initrd and command line on a new overlay of `image`.
  BareGuest(const Image& image, const MachineSpec& spec, bool with_reader = true);
  ~BareGuest();

  struct Result {
    int exit_code = -1;
    std::string out, err;
  };
  Result run(const std::vector<std::string>& argv);
  /// Waits until QEMU has ended by itself. Throws when it ended with a failure, as it does when the guest
  /// tells it of a panic.
  void wait_for_end();
  /// Asks the agent something that has no answer.
  void tell(const std::string& command, const nlohmann::json& arguments);
  std::string console();

 private:
  std::string read_line();
  nlohmann::json ask(const std::string& command, const nlohmann::json& arguments);
  void accept_agent();

  TempDir temp_;
  CancelToken cancel_;
  int listener_ = -1, agent_ = -1;
  std::string buffer_;
  std::string trouble_;
  std::thread qemu_;
};

}  // namespace smx::vm::test
