#include "harness/core/version.h"

namespace smx {

const char* const kVersion = SMX_VERSION;

}  // namespace smx
