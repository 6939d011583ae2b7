#include "vm/image/reference_image_names.h"

namespace smx::vm {

const std::vector<std::string>& reference_image_names() {
  static const std::vector<std::string> names{"reference-linux", "reference-wine"};
  return names;
}

}  // namespace smx::vm
