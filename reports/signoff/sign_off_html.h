#pragma once

#include <filesystem>
#include <string>

#include "reports/signoff/statement.h"

namespace smx {

/// The statement for people: one self-contained page, made to be printed (weasyprint makes the PDF of it). It
/// asks for nothing from anywhere and has no script. Made from the templates in `templates`
/// (reports/signoff/templates/*.tpl), which ctemplate escapes by context. Throws Error(environment) naming the
/// folder when they are not there or do not parse.
std::string sign_off_html(const Statement& statement, const std::filesystem::path& templates);
/// With the installed templates: data_dir()/signoff.
std::string sign_off_html(const Statement& statement);

/// How to verify a bundle without this program: run in its folder, with the signer's certificate at hand.
std::string verify_commands(const std::string& certificate_file);

}  // namespace smx
