#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/spec/places.h"
#include "harness/spec/problems.h"

// A JSON file with comments, kept with the place of everything in it. Bounded: 1 MiB, 64 levels, 50000
// values.
//
//   read_document -> Document -> root() -> Value -> members()/items() -> Value ...
//
// A `Value` is a cursor: cheap to copy, knows its place and JSON pointer, and complains about itself. It is
// valid as long as its document and the document's `Problems`.

namespace smx::spec {

inline constexpr std::size_t kFileLimit = 1u << 20;  ///< bytes
inline constexpr std::size_t kDepthLimit = 64;       ///< open objects and lists
inline constexpr std::size_t kValueLimit = 50000;

enum class Kind { null, boolean, number, text, list, object };

/// One value as the parser found it; indices point into the document's nodes, the root is 0.
struct Node {
  Kind kind = Kind::null;
  bool boolean = false;
  std::optional<std::int64_t> integer;  ///< of a number that is whole and fits
  std::string text;                     ///< a text's characters; a number as it is written
  std::string key;                      ///< its key, when its parent is an object
  std::size_t offset = 0, key_offset = 0;
  std::size_t parent = 0, index = 0;  ///< `index`: which of the parent's children it is
  std::vector<std::size_t> children;
};

class Document;

class Value {
 public:
  Value(const Document& document, std::size_t node) : document_(&document), node_(node) {}

  const Node& node() const;
  Kind kind() const { return node().kind; }
  const Document& document() const { return *document_; }
  /// Children of a list or an object in the file's order; a duplicate key's later values are there too.
  std::vector<Value> children() const;
  std::optional<Value> member(std::string_view key) const;  ///< the first of that key
  std::string pointer() const;                              ///< RFC 6901, "" for the root
  Place place() const;
  /// For a message: `the text "3"`, `the number 3`, `a list`, `an object`, `true`, `null`.
  std::string described() const;

  void complain(const std::string& message) const;         ///< at the value
  void complain_at_key(const std::string& message) const;  ///< at its key

 private:
  const Document* document_;
  std::size_t node_;
};

class Document {
 public:
  Document(std::string file, std::string text, std::vector<Node> nodes, Problems& problems);
  Value root() const { return {*this, 0}; }
  const std::string& file() const { return file_; }
  Problems& problems() const { return *problems_; }

 private:
  friend class Value;
  std::string file_;
  std::unique_ptr<const std::string> text_;  ///< on the heap: `lines_` keeps a view of it
  Lines lines_;
  std::vector<Node> nodes_;
  Problems* problems_;
};

/// The JSON pointer (RFC 6901) of a node.
std::string pointer_of(const std::vector<Node>& nodes, std::size_t node);

/// Reads the text of a file called `file`. Gives nothing when it cannot be read as JSON (`problems` says
/// why). Duplicate keys are problems, but no reason to stop.
std::optional<Document> parse_document(const std::string& file, std::string text, Problems& problems);

/// The same for a file. Throws Error(usage) when it cannot be opened or is larger than `kFileLimit`.
std::optional<Document> read_document(const std::filesystem::path& path, Problems& problems);

}  // namespace smx::spec
