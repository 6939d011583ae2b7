#include "reports/html/expanded.h"

#include <ctemplate/template.h>
#include <fmt/format.h>

#include "harness/core/error.h"

namespace smx::html {

std::string expanded(const std::filesystem::path& templates, const char* file,
                     const ctemplate::TemplateDictionary& dict, const char* what) {
  ctemplate::TemplateCache cache;
  std::string text;
  // Looked for before ctemplate does, which would write to stderr by itself. STRIP_WHITESPACE takes the
  // indentation of the templates away, never anything of a value.
  if (!std::filesystem::exists(templates / file) || !cache.SetTemplateRootDirectory(templates.string()) ||
      !cache.ExpandWithData(file, ctemplate::STRIP_WHITESPACE, &dict, nullptr, &text))
    throw Error(
        ErrorKind::environment,
        fmt::format("the templates of {} in {} are missing or damaged; install safemode-matrix again or "
                    "point SMX_DATA_DIR at its data",
                    what, templates.string()));
  return text;
}

}  // namespace smx::html
