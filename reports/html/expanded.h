#pragma once

#include <filesystem>
#include <string>

namespace ctemplate {
class TemplateDictionary;
}

namespace smx::html {

/// The page that the template `file` in `templates` makes of the dictionary. `what` names it for people. Throws
/// Error(environment) naming the folder when the templates are not there or do not parse.
std::string expanded(const std::filesystem::path& templates, const char* file,
                     const ctemplate::TemplateDictionary& dict, const char* what);

}  // namespace smx::html
