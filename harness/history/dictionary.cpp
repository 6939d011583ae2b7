#include "harness/history/dictionary.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>

#include "harness/core/error.h"

namespace smx::history {
namespace {

[[noreturn]] void throw_unknown() {
  throw Error(
      ErrorKind::usage,
      "the history refers to something that it does not have; rebuild it with `history import --anew`");
}

template <class T>
T known(std::optional<T> value) {
  if (!value) throw_unknown();
  return *value;
}

std::uint32_t number_of(const SQLite::Column& column) {
  return static_cast<std::uint32_t>(column.getInt64());
}

std::uint32_t last_number(SQLite::Database& db) {
  return static_cast<std::uint32_t>(db.getLastInsertRowid());
}

/// Which numbers of a map are meant, as a table by number.
template <class Map, class Is>
std::vector<bool> those_that(const Map& by_number, const Is& is) {
  std::vector<bool> those;
  for (const auto& [number, value] : by_number) {
    if (those.size() <= number) those.resize(number + 1);
    those[number] = is(value);
  }
  return those;
}

}  // namespace

std::uint32_t Dictionary::find_text(const std::string& text) const {
  if (text.empty()) return 0;
  if (const auto it = text_numbers_.find(text); it != text_numbers_.end()) return it->second;
  SQLite::Statement query(db_, "SELECT id FROM text WHERE value = ?");
  query.bindNoCopy(1, text);
  if (!query.executeStep()) return 0;
  return text_numbers_[text] = number_of(query.getColumn(0));
}

std::uint32_t Dictionary::add_text(const std::string& text) {
  if (text.empty()) return 0;
  if (const auto number = find_text(text)) return number;
  SQLite::Statement insert(db_, "INSERT INTO text(value) VALUES(?)");
  insert.bindNoCopy(1, text);
  insert.exec();
  return text_numbers_[text] = last_number(db_);
}

const std::string& Dictionary::text(std::uint32_t number) const {
  static const std::string none;
  if (number == 0) return none;
  if (const auto it = texts_.find(number); it != texts_.end()) return it->second;
  SQLite::Statement query(db_, "SELECT value FROM text WHERE id = ?");
  query.bind(1, static_cast<std::int64_t>(number));
  if (!query.executeStep()) throw_unknown();
  return texts_[number] = query.getColumn(0).getString();
}

void Dictionary::read_cells() const {
  SQLite::Statement query(db_, "SELECT id, target, mode, reader, scenario FROM cell WHERE id > ?");
  query.bind(1, static_cast<std::int64_t>(cells_.size()));
  while (query.executeStep()) {
    const auto text = [&](int column) { return query.getColumn(column).getString(); };
    const CellId cell{text(1), known(parse_boot_mode(text(2))), text(3), text(4)};
    cells_[number_of(query.getColumn(0))] = cell;
    cell_numbers_[cell] = number_of(query.getColumn(0));
  }
}

std::uint32_t Dictionary::find_cell(const CellId& cell) const {
  auto it = cell_numbers_.find(cell);
  if (it == cell_numbers_.end()) {
    read_cells();
    it = cell_numbers_.find(cell);
  }
  return it == cell_numbers_.end() ? 0 : it->second;
}

std::uint32_t Dictionary::add_cell(const CellId& cell) {
  if (const auto number = find_cell(cell)) return number;
  SQLite::Statement insert(db_, "INSERT INTO cell(target, mode, reader, scenario) VALUES(?, ?, ?, ?)");
  insert.bindNoCopy(1, cell.target);
  insert.bind(2, std::string(name(cell.mode)));
  insert.bindNoCopy(3, cell.reader);
  insert.bindNoCopy(4, cell.scenario);
  insert.exec();
  const auto number = last_number(db_);
  cells_[number] = cell;
  return cell_numbers_[cell] = number;
}

const CellId& Dictionary::cell(std::uint32_t number) const {
  auto it = cells_.find(number);
  if (it == cells_.end()) {
    read_cells();
    it = cells_.find(number);
  }
  if (it == cells_.end()) throw_unknown();
  return it->second;
}

std::vector<bool> Dictionary::cells_that(const std::function<bool(const CellId&)>& is) const {
  read_cells();
  return those_that(cells_, is);
}

void Dictionary::read_inputs() const {
  SQLite::Statement query(db_, "SELECT id, kind, scope, name, value FROM input WHERE id > ?");
  query.bind(1, static_cast<std::int64_t>(inputs_.size()));
  while (query.executeStep()) {
    const auto text = [&](int column) { return query.getColumn(column).getString(); };
    const compare::Input input{known(compare::parse_input_kind(text(1))), text(2), text(3), text(4)};
    inputs_[number_of(query.getColumn(0))] = input;
    input_numbers_[input] = number_of(query.getColumn(0));
  }
}

std::uint32_t Dictionary::add_input(const compare::Input& input) {
  if (const auto it = input_numbers_.find(input); it != input_numbers_.end()) return it->second;
  read_inputs();
  if (const auto it = input_numbers_.find(input); it != input_numbers_.end()) return it->second;
  SQLite::Statement insert(db_, "INSERT INTO input(kind, scope, name, value) VALUES(?, ?, ?, ?)");
  insert.bind(1, std::string(compare::name(input.kind)));
  insert.bindNoCopy(2, input.scope);
  insert.bindNoCopy(3, input.name);
  insert.bindNoCopy(4, input.value);
  insert.exec();
  const auto number = last_number(db_);
  inputs_[number] = input;
  return input_numbers_[input] = number;
}

const compare::Input& Dictionary::input(std::uint32_t number) const {
  auto it = inputs_.find(number);
  if (it == inputs_.end()) {
    read_inputs();
    it = inputs_.find(number);
  }
  if (it == inputs_.end()) throw_unknown();
  return it->second;
}

std::vector<bool> Dictionary::inputs_that(const std::function<bool(const compare::Input&)>& is) const {
  read_inputs();
  return those_that(inputs_, is);
}

}  // namespace smx::history
