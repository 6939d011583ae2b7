#include "harness/spec/document.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/error.h"
#include "harness/core/files.h"

namespace smx::spec {
namespace {

// RFC 6901, section 3
std::string escaped(const std::string& key) {
  std::string out;
  for (const auto c : key) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

}  // namespace

Document::Document(std::string file, std::string text, std::vector<Node> nodes, Problems& problems)
    : file_(std::move(file)),
      text_(std::make_unique<const std::string>(std::move(text))),
      lines_(*text_),
      nodes_(std::move(nodes)),
      problems_(&problems) {}

const Node& Value::node() const {
  return document_->nodes_[node_];
}

std::vector<Value> Value::children() const {
  std::vector<Value> values;
  for (const auto child : node().children) values.emplace_back(*document_, child);
  return values;
}

std::optional<Value> Value::member(std::string_view key) const {
  if (kind() != Kind::object) return std::nullopt;
  for (const auto child : node().children)
    if (document_->nodes_[child].key == key) return Value(*document_, child);
  return std::nullopt;
}

std::string pointer_of(const std::vector<Node>& nodes, std::size_t node) {
  std::string pointer;
  for (auto at = node; at != 0; at = nodes[at].parent) {
    const bool in_object = nodes[nodes[at].parent].kind == Kind::object;
    pointer.insert(0, "/" + (in_object ? escaped(nodes[at].key) : std::to_string(nodes[at].index)));
  }
  return pointer;
}

std::string Value::pointer() const {
  return pointer_of(document_->nodes_, node_);
}

Place Value::place() const {
  return document_->lines_.place(node().offset);
}

std::string Value::described() const {
  switch (kind()) {
    case Kind::null: return "null";
    case Kind::boolean: return node().boolean ? "true" : "false";
    case Kind::number: return "the number " + node().text.substr(0, 40);
    case Kind::text: return "the text " + quote(node().text);
    case Kind::list: return "a list";
    case Kind::object: return "an object";
  }
  return "?";
}

void Value::complain(const std::string& message) const {
  if (document_->problems_->full()) return document_->problems_->count_one();
  document_->problems_->add(document_->file_, place(), pointer(), message);
}

void Value::complain_at_key(const std::string& message) const {
  if (document_->problems_->full()) return document_->problems_->count_one();
  document_->problems_->add(document_->file_, document_->lines_.place(node().key_offset), pointer(), message);
}

std::optional<Document> read_document(const std::filesystem::path& path, Problems& problems) {
  return parse_document(path.string(), read_file(path, kFileLimit), problems);
}

}  // namespace smx::spec
