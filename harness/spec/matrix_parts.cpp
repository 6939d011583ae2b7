#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "harness/spec/fields.h"
#include "harness/spec/matrix_parts.h"

namespace smx::spec {

namespace fs = std::filesystem;

fs::path resolved(const Context& context, const std::string& path) {
  // Absolute, because a run may be resumed from another folder.
  return fs::absolute(context.folder / path).lexically_normal();
}

void check_readable(const Value& value, const fs::path& path, std::string_view what) {
  std::error_code trouble;
  if (!fs::exists(path, trouble))
    value.complain(fmt::format("the {} {} is not there; paths are relative to the matrix's folder", what,
                               quote(path.string())));
  else if (!fs::is_regular_file(path, trouble) || ::access(path.c_str(), R_OK) != 0)
    value.complain(fmt::format("the {} {} cannot be read; check that it is a file and its permissions", what,
                               quote(path.string())));
}

std::string read_path(const std::optional<Value>& value, const Context& context, std::string_view what) {
  const auto text = value ? read_text(*value).value_or("") : "";
  if (text.empty()) {
    if (value && value->kind() == Kind::text)
      value->complain(fmt::format("the {} has no name; leave it out if there is none", what));
    return "";
  }
  const auto path = resolved(context, text);
  check_readable(*value, path, what);
  return path.string();
}

SecretReference read_secret_reference(const std::optional<Value>& value, const Context& context) {
  constexpr auto kForms = R"({"env": VARIABLE}, {"file": PATH} and {"credential": NAME})";
  if (!value) return {};
  if (value->kind() != Kind::object) {
    value->complain(fmt::format("no secret stands in this file, only a secret's place: one of {}", kForms));
    return {};
  }
  Fields fields(*value, "a secret's place");
  std::vector<SecretReference> found;
  for (const char* kind : {"env", "file", "credential"})
    if (fields.optional(kind)) found.push_back({kind, fields.required_text(kind)});
  fields.finish();
  if (found.size() != 1) value->complain(fmt::format("write one of {}", kForms));
  if (found.size() != 1) return {};
  if (found[0].kind == "file" && !found[0].name.empty())
    found[0].name = resolved(context, found[0].name).string();
  return found[0];
}

namespace {

std::string read_image(Fields& fields, std::optional<TargetKind> kind, const Context& context) {
  // Images of the reference guests are built by this program under these names; Windows has no such default.
  const auto value = kind == TargetKind::windows ? fields.required("image") : fields.optional("image");
  if (!value) return kind && kind != TargetKind::windows ? std::string(name(*kind)) : "";
  auto image = read_text(*value).value_or("");
  if (image.empty()) {
    if (value->kind() == Kind::text && value->node().text.empty()) value->complain("the image has no name");
    return "";
  }
  if (image.find('/') == image.npos && !image.ends_with(".qcow2")) return image;
  const auto path = resolved(context, image);
  check_readable(*value, path, "image");
  return path.string();
}

DriverPackage read_driver(const Value& value, const Context& context) {
  if (value.kind() == Kind::text) return {read_path(value, context, "driver's INF file"), ""};
  Fields fields(value, "a driver package");
  DriverPackage driver;
  const auto inf = fields.optional("inf"), msi = fields.optional("msi");
  if (fields.is_object() && inf.has_value() == msi.has_value())
    value.complain(
        "a driver package names either its INF file (\"inf\") or its Windows Installer file (\"msi\")");
  driver.inf = read_path(inf, context, "driver's INF file");
  driver.msi = read_path(msi, context, "driver's Windows Installer file");
  driver.certificate = read_path(fields.optional("certificate"), context, "publisher's certificate");
  fields.finish();
  return driver;
}

void read_windows_keys(Fields& fields, Target& target, const Context& context) {
  target.mode_switch =
      fields.word("mode_switch", "way to switch modes", {ModeSwitch::offline, ModeSwitch::online},
                  parse_mode_switch, ModeSwitch::offline);
  target.screen = fields.boolean("screen", true);
  if (const auto drivers = fields.optional("drivers"))
    for (const auto& item : read_list(*drivers)) target.drivers.push_back(read_driver(item, context));
  if (target.kind == TargetKind::windows) return;
  for (const char* key : {"mode_switch", "screen", "drivers"})
    if (const auto given = fields.optional(key))
      given->complain(fmt::format("only a Windows target has \"{}\"", key));
}

Target read_target(const Value& value, const Context& context) {
  Fields fields(value, "a target");
  Target target;
  target.kind = fields.required_word("kind", "target kind", kTargetKinds, parse_target_kind);
  const auto kind =
      value.member("kind") ? parse_target_kind(value.member("kind")->node().text) : std::nullopt;
  const auto id = fields.optional("id");
  target.id = id ? read_id(*id).value_or("") : std::string(name(target.kind));
  target.image = read_image(fields, kind, context);
  if (const auto table = fields.optional("support_table")) {
    const auto known = std::vector<std::string>(context.tables.begin(), context.tables.end());
    if (table->kind() != Kind::null)
      target.support_table = read_word(*table, "support table", known).value_or("");
  } else if (target.kind == TargetKind::reference_linux && context.tables.contains("reference")) {
    target.support_table = "reference";
  }
  target.smart_card_plug_and_play = fields.boolean("smart_card_plug_and_play", true);
  read_windows_keys(fields, target, context);
  fields.finish();
  return target;
}

}  // namespace

void read_targets(Fields& fields, Matrix& matrix, const Context& context) {
  const auto targets = fields.required("targets");
  if (!targets) return;
  for (const auto& item : read_list(*targets, 1))
    add_unique(matrix.targets, read_target(item, context), item, "target");
}

}  // namespace smx::spec
