#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/core/model/matrix.h"
#include "harness/spec/fields.h"
#include "harness/spec/read.h"

// The parts of a matrix file that describe machines, readers, cards and the lab.

namespace smx::spec {

/// `path` as the matrix means it; an absolute one stays as it is.
std::filesystem::path resolved(const Context& context, const std::string& path);

/// Complains when there is no such file, or none that can be read. `what`: "card file".
void check_readable(const Value& value, const std::filesystem::path& path, std::string_view what);

/// A file that the matrix names, relative to its folder; "" without a value, or after a complaint about its
/// name.
std::string read_path(const std::optional<Value>& value, const Context& context, std::string_view what);

/// {"env": "VARIABLE"}, {"file": "PATH"} or {"credential": "NAME"}. What else stands there is not repeated in
/// the complaint: it may be the secret itself.
SecretReference read_secret_reference(const std::optional<Value>& value, const Context& context);

template <class T>
std::vector<std::string> ids_of(const std::vector<T>& all) {
  std::vector<std::string> ids;
  for (const auto& entry : all) ids.push_back(entry.id);
  return ids;
}

void read_targets(Fields& fields, Matrix& matrix, const Context& context);
void read_cards_and_readers(Fields& fields, Matrix& matrix, const Context& context);
/// The key "lab" of `matrix`; leaves `lab` as it is when there is none.
void read_lab(Fields& matrix, Lab& lab, const Context& context);

/// Entries of a list with ids: the second of an id is a problem.
template <class T>
void add_unique(std::vector<T>& all, T entry, const Value& value, std::string_view noun) {
  const auto same = std::find_if(all.begin(), all.end(), [&](const T& e) { return e.id == entry.id; });
  if (same != all.end() && !entry.id.empty())
    value.member("id").value_or(value).complain(fmt::format(
        "the {} id {} is taken by an earlier {}; give each its own \"id\"", noun, quote(entry.id), noun));
  else
    all.push_back(std::move(entry));
}

}  // namespace smx::spec
