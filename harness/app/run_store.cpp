#include "harness/app/run_store.h"

#include "harness/core/files.h"

namespace smx::app {

journal::RunStore run_store() {
  return journal::RunStore(state_home() / "runs");
}

}  // namespace smx::app
