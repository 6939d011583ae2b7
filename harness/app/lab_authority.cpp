#include "harness/app/lab_authority.h"

#include "harness/core/clock.h"
#include "harness/core/error.h"
#include "harness/core/files.h"

namespace smx::app {

namespace fs = std::filesystem;

vm::LabCa lab_authority() {
  const auto folder = state_home() / "pki";
  std::error_code error;
  if (!fs::exists(folder, error)) {
    const TempDir fresh(state_home(), ".pki-");
    const auto whole = fresh.path() / "pki";
    fs::create_directory(whole, error);
    fs::permissions(whole, fs::perms::owner_all, error);
    vm::LabCa().save(whole);
    // The first rename makes it; a rename onto a folder with files in it fails.
    fs::rename(whole, folder, error);
    if (error && !fs::exists(folder))
      throw Error(ErrorKind::environment, folder.string() + " cannot be made: " + error.message());
  }
  auto ca = vm::LabCa::load(folder);
  if (ca.renew(SystemClock().now())) ca.save(folder);
  return ca;
}

fs::path labs_folder() {
  return state_home() / "labs";
}

}  // namespace smx::app
