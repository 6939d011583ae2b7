#pragma once

#include <string>

#include "harness/core/time_types.h"
#include "vm/image/image_builder.h"

namespace smx::vm {

/// Builds one of them. As `build_image`; Error(internal) for another name.
BuiltImage build_reference_image(const std::string& name, const ImageStore& store, const ImageBuild& build,
                                 TimePoint now, const CancelToken& cancel);

/// The same in this user's cache, with the present time.
BuiltImage build_reference_image(const std::string& name, const Progress& progress,
                                 const CancelToken& cancel);

}  // namespace smx::vm
