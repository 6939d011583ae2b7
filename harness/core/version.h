#pragma once

namespace smx {

/// "0.1.0", the version of the whole project.
extern const char* const kVersion;

}  // namespace smx
