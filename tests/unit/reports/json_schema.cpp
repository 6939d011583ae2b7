#include "tests/unit/reports/json_schema.h"

#include <regex.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

namespace smx::testing {
namespace {

using nlohmann::json;

/// POSIX extended syntax, which the schemas' patterns keep to. (GCC 12 warns inside std::regex under
/// -fsanitize.)
bool matches(const std::string& pattern, const std::string& text) {
  regex_t compiled{};
  if (regcomp(&compiled, pattern.c_str(), REG_EXTENDED | REG_NOSUB) != 0)
    throw std::logic_error("not a pattern: " + pattern);
  const bool found = regexec(&compiled, text.c_str(), 0, nullptr, 0) == 0;
  regfree(&compiled);
  return found;
}

class Checker {
 public:
  explicit Checker(const json& root) : root_(root) {}

  void check(const json& schema, const json& value, const std::string& at) {
    if (schema.contains("$ref")) {
      const auto pointer = schema["$ref"].get<std::string>().substr(1);
      check(root_.at(json::json_pointer(pointer)), value, at);
    }
    for (const auto& [keyword, argument] : schema.items()) apply(schema, keyword, argument, value, at);
  }

  std::vector<std::string> faults;

 private:
  void fault(const std::string& at, const std::string& what) {
    faults.push_back((at.empty() ? "/" : at) + ": " + what);
  }

  static bool is_type(const json& value, const std::string& type) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "integer") return value.is_number_integer();
    if (type == "boolean") return value.is_boolean();
    if (type == "null") return value.is_null();
    throw std::logic_error("unknown type " + type);
  }

  void apply(const json& schema, const std::string& keyword, const json& argument, const json& value,
             const std::string& at) {
    static const std::set<std::string> kTold{"$schema", "$id", "$defs", "$ref", "title", "description"};
    if (kTold.contains(keyword)) return;
    if (keyword == "type") {
      if (!is_type(value, argument)) fault(at, "is no " + argument.get<std::string>());
    } else if (keyword == "const") {
      if (value != argument) fault(at, "is not " + argument.dump());
    } else if (keyword == "enum") {
      if (std::find(argument.begin(), argument.end(), value) == argument.end())
        fault(at, "is none of the words");
    } else if (keyword == "anyOf") {
      if (std::none_of(argument.begin(), argument.end(), [&](const json& s) { return fits(s, value); }))
        fault(at, "fits no alternative");
    } else if (keyword == "minimum") {
      if (value.is_number() && value < argument) fault(at, "is too small");
    } else if (keyword == "pattern") {
      if (value.is_string() && !matches(argument, value))
        fault(at, "does not match " + argument.get<std::string>());
    } else if (keyword == "items") {
      if (value.is_array())
        for (std::size_t i = 0; i < value.size(); ++i)
          check(argument, value[i], at + "/" + std::to_string(i));
    } else {
      object_keyword(schema, keyword, argument, value, at);
    }
  }

  void object_keyword(const json& schema, const std::string& keyword, const json& argument, const json& value,
                      const std::string& at) {
    if (keyword != "required" && keyword != "properties" && keyword != "propertyNames" &&
        keyword != "additionalProperties")
      throw std::logic_error("the checker does not know \"" + keyword + "\"");
    if (!value.is_object()) return;
    if (keyword == "required")
      for (const auto& key : argument)
        if (!value.contains(key)) fault(at, "lacks " + key.dump());
    for (const auto& [key, member] : value.items()) {
      const bool known = schema.contains("properties") && schema["properties"].contains(key);
      if (keyword == "properties" && known) check(argument[key], member, at + "/" + key);
      if (keyword == "propertyNames") check(argument, key, at + "/" + key);
      if (keyword != "additionalProperties" || known) continue;
      if (argument == false)
        fault(at, "has an unknown \"" + key + "\"");
      else
        check(argument, member, at + "/" + key);
    }
  }

  bool fits(const json& schema, const json& value) {
    Checker inner(root_);
    inner.check(schema, value, "");
    return inner.faults.empty();
  }

  const json& root_;
};

}  // namespace

std::vector<std::string> schema_faults(const json& schema, const json& value) {
  Checker checker(schema);
  checker.check(schema, value, "");
  return checker.faults;
}

}  // namespace smx::testing
