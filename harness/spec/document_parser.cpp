#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/spec/document.h"
#include "harness/spec/syntax.h"

namespace smx::spec {
namespace {

/// Tells outside how far the parser has read: nlohmann's SAX events carry no positions.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, std::size_t* count) : at_(at), count_(count) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    ++*count_;
    return *this;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
  bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  std::size_t* count_;
};

/// The length of the JSON number at the start of `text` (RFC 8259, section 6).
std::size_t number_length(std::string_view text) {
  std::size_t at = 0;
  const auto is = [&](std::string_view set) { return at < text.size() && set.find(text[at]) != set.npos; };
  const auto digits = [&] {
    while (is("0123456789")) ++at;
  };
  if (is("-")) ++at;
  if (is("0"))
    ++at;
  else
    digits();
  if (is(".")) {
    ++at;
    digits();
  }
  if (is("eE")) {
    ++at;
    if (is("+-")) ++at;
    digits();
  }
  return at;
}

/// Builds the nodes. `state_` always says what was read last, for the places of values and of syntax errors.
class Builder {
 public:
  Builder(const std::string& file, std::string_view text, const std::size_t& consumed, Problems& problems)
      : file_(file), text_(text), lines_(text), consumed_(consumed), problems_(problems) {
    if (text.starts_with(kByteOrderMark)) state_.offset = kByteOrderMark.size();
  }
  std::vector<Node> take_nodes() { return std::move(nodes_); }

  bool null() { return scalar({}); }
  bool boolean(bool value) {
    Node node;
    node.kind = Kind::boolean;
    node.boolean = value;
    return scalar(std::move(node));
  }
  bool number_integer(std::int64_t value) { return number(value); }
  bool number_unsigned(std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(INT64_MAX)) return number(std::nullopt);
    return number(static_cast<std::int64_t>(value));
  }
  bool number_float(double, const std::string&) { return number(std::nullopt); }
  bool string(std::string& value) {
    Node node;
    node.kind = Kind::text;
    node.text = std::move(value);
    return scalar(std::move(node));
  }
  bool binary(nlohmann::json::binary_t&) { return false; }  // text never holds any

  bool start_object(std::size_t) { return open(Kind::object); }
  bool start_array(std::size_t) { return open(Kind::list); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(std::string& name) {
    key_offset_ = next_item();
    if (!keys_.back().insert(name).second) duplicate(name);
    state_.after = ParserState::After::key;
    state_.offset = consumed_;
    state_.key = std::move(name);
    return true;
  }

  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) {
    const auto problem = explain_syntax(text_, state_);
    stop(problem.offset, problem.message);
    return false;
  }

 private:
  /// Where the value or key begins that the parser has just read.
  std::size_t next_item() const {
    const auto offset = skip_blank(text_, state_.offset);
    const bool separator = offset < text_.size() && (text_[offset] == ',' || text_[offset] == ':');
    return separator ? skip_blank(text_, offset + 1) : offset;
  }

  bool number(std::optional<std::int64_t> value) {
    Node node;
    node.kind = Kind::number;
    node.integer = value;
    const auto begin = next_item();
    const auto end = begin + number_length(text_.substr(begin));
    node.text = std::string(text_.substr(begin, end - begin));
    if (!scalar(std::move(node))) return false;
    state_.offset = end;  // the parser has read one character more to see the number's end
    return true;
  }

  bool scalar(Node node) {
    if (!append(std::move(node))) return false;
    state_.offset = consumed_;
    state_.after = open_.empty() ? ParserState::After::end : ParserState::After::value;
    return true;
  }

  bool open(Kind kind) {
    Node node;
    node.kind = kind;
    if (open_.size() >= kDepthLimit)
      return stop(next_item(), fmt::format("nested deeper than {} levels", kDepthLimit));
    if (!append(std::move(node))) return false;
    open_.push_back(nodes_.size() - 1);
    keys_.emplace_back();
    state_.after = ParserState::After::opening;
    state_.offset = consumed_;
    show_container();
    return true;
  }

  bool close() {
    open_.pop_back();
    keys_.pop_back();
    state_.offset = consumed_;
    state_.after = open_.empty() ? ParserState::After::end : ParserState::After::value;
    show_container();
    return true;
  }

  void show_container() {
    state_.container = 0;
    if (open_.empty()) return;
    const auto& container = nodes_[open_.back()];
    state_.container = container.kind == Kind::object ? '{' : '[';
    state_.opened_at = container.offset;
  }

  bool append(Node node) {
    node.offset = next_item();
    if (nodes_.size() >= kValueLimit)
      return stop(node.offset, fmt::format("the file holds more than {} values", kValueLimit));
    if (!open_.empty()) {
      auto& parent = nodes_[open_.back()];
      node.parent = open_.back();
      node.index = parent.children.size();
      if (parent.kind == Kind::object) {
        node.key = state_.key;
        node.key_offset = key_offset_;
      }
      parent.children.push_back(nodes_.size());
    }
    nodes_.push_back(std::move(node));
    return true;
  }

  void duplicate(const std::string& name) {
    if (problems_.full()) return problems_.count_one();
    const auto& keys = nodes_[open_.back()].children;
    const auto first = *std::find_if(keys.begin(), keys.end(), [&](auto n) { return nodes_[n].key == name; });
    problems_.add(file_, lines_.place(key_offset_), pointer_of(nodes_, first),
                  fmt::format("the key {} is there twice (first in line {}); remove one", quote(name),
                              lines_.place(nodes_[first].key_offset).line));
  }

  bool stop(std::size_t offset, const std::string& message) {
    problems_.add(file_, lines_.place(offset), open_.empty() ? "" : pointer_of(nodes_, open_.back()),
                  message);
    return false;
  }

  const std::string& file_;
  std::string_view text_;
  Lines lines_;
  const std::size_t& consumed_;
  Problems& problems_;
  ParserState state_;
  std::vector<Node> nodes_;
  std::vector<std::size_t> open_;            ///< nodes of the open objects and lists
  std::vector<std::set<std::string>> keys_;  ///< the keys seen in each of them
  std::size_t key_offset_ = 0;
};

/// What must hold before the text is looked at as JSON.
bool readable_text(const std::string& file, std::string_view text, Problems& problems) {
  const auto refuse = [&](std::size_t offset, const std::string& message) {
    problems.add(file, Lines(text).place(offset), "", message);
    return false;
  };
  if (text.size() > kFileLimit) return refuse(0, fmt::format("the file is larger than {} bytes", kFileLimit));
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    return refuse(0, "the file is UTF-16; save it as UTF-8");
  if (const auto bad = first_invalid_utf8(text))
    return refuse(*bad, "this byte is no UTF-8; save the file as UTF-8");
  return true;
}

}  // namespace

std::optional<Document> parse_document(const std::string& file, std::string text, Problems& problems) {
  if (!readable_text(file, text, problems)) return std::nullopt;
  std::size_t consumed = 0;
  Builder builder(file, text, consumed, problems);
  const CountingIterator begin(text.data(), &consumed), end(text.data() + text.size(), &consumed);
  const bool whole = nlohmann::json::sax_parse(begin, end, &builder, nlohmann::json::input_format_t::json,
                                               /*strict=*/true, /*ignore_comments=*/true);
  if (!whole) return std::nullopt;
  auto nodes = builder.take_nodes();
  return Document(file, std::move(text), std::move(nodes), problems);
}

}  // namespace smx::spec
