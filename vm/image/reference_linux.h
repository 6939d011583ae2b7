#pragma once

#include "vm/image/image_builder.h"

namespace smx::vm {

/// Builds the reference guest `reference-linux` (docs/reference-guest.md). As `build_image`.
BuiltImage build_reference_linux(const ImageStore& store, const ImageBuild& build, TimePoint now,
                                 const CancelToken& cancel);

/// The same in this user's cache, with the present time.
BuiltImage build_reference_linux(const Progress& progress, const CancelToken& cancel);

}  // namespace smx::vm
