#include <fmt/format.h>

#include <set>

#include "harness/spec/fields.h"
#include "harness/spec/load.h"
#include "harness/spec/load_whole.h"
#include "harness/spec/read.h"

namespace smx::spec {
namespace {

SignOffException read_exception(const Value& value) {
  Fields fields(value, "an exception");
  SignOffException exception;
  exception.cell = fields.required_text("cell");
  exception.owner = fields.required_text("owner");
  exception.reason = fields.required_text("reason");
  fields.finish();
  return exception;
}

std::vector<SignOffException> read_exceptions(const Value& list) {
  std::vector<SignOffException> exceptions;
  std::set<std::string> cells;
  for (const auto& item : read_list(list)) {
    auto exception = read_exception(item);
    if (const auto cell = item.member("cell"); cell && !exception.cell.empty()) {
      check_cell_pattern(*cell, exception.cell);
      if (!cells.insert(exception.cell).second)
        cell->complain(fmt::format("{} is excepted twice; remove one", quote(exception.cell)));
    }
    exceptions.push_back(std::move(exception));
  }
  return exceptions;
}

}  // namespace

std::vector<SignOffException> read_exception_file(const Document& document) {
  auto fields = file_fields(document, "a file of exceptions");
  std::vector<SignOffException> exceptions;
  if (const auto list = fields.required("exceptions")) exceptions = read_exceptions(*list);
  fields.finish();
  return exceptions;
}

std::vector<SignOffException> load_exceptions(const std::filesystem::path& path) {
  return load_whole(path, read_exception_file);
}

}  // namespace smx::spec
