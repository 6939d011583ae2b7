#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/app/reader_list.h"
#include "harness/app/sign_off_checks.h"
#include "harness/app/windows_checks.h"
#include "harness/cli/session.h"
#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/process.h"
#include "harness/core/text.h"
#include "reports/terminal/progress.h"
#include "vm/hypervisor/host_checks.h"
#include "vm/image/image_store.h"
#include "vm/image/reference_image_names.h"
#include "vm/image/reference_images.h"
#include "vm/lab/kdc.h"

namespace smx::cli {
namespace {

using vm::HostCheck;

std::filesystem::path runtime_folder() {
  try {
    return runtime_home();
  } catch (const Error&) {
    // gather_host_facts looks at the folder itself and says what is wrong with it.
    const char* wanted = std::getenv("SMX_RUNTIME_DIR");
    return wanted ? wanted : "/tmp";
  }
}

/// What images are built with; each program's Debian package has the name given.
HostCheck image_tools() {
  HostCheck check{"image tools", true, "all there", ""};
  for (const auto& [program, package] : {std::pair{"mke2fs", "e2fsprogs"},
                                         {"fakeroot", "fakeroot"},
                                         {"depmod", "kmod"},
                                         {"dpkg-deb", "dpkg"},
                                         {"apt-get", "apt"},
                                         {"x86_64-w64-mingw32-strip", "binutils-mingw-w64-x86-64"}}) {
    if (find_program(program)) continue;
    check = {"image tools", false, std::string(program) + " is missing",
             std::string("install the package ") + package};
  }
  return check;
}

/// What the loopback lab is made of.
HostCheck lab() {
  for (const auto& [program, package] :
       {std::pair{"krb5kdc", "krb5-kdc krb5-pkinit"}, {"kadmin.local", "krb5-admin-server"}})
    if (!find_program(program))
      return {"lab", false, std::string(program) + " is missing: rows 1, 2, 8 and 14 would be blocked",
              std::string("install the packages ") + package};
  const auto witness = vm::kdc_witness_module();
  if (!std::filesystem::exists(witness))
    return {"lab", false, witness.string() + " is missing", "build or install the whole project"};
  return {"lab", true, "MIT Kerberos is there", ""};
}

/// The guest with Wine is optional: a missing one is a remark.
std::vector<HostCheck> reference_images() {
  const auto images = vm::ImageStore(cache_home() / "images").list();
  std::vector<HostCheck> checks;
  for (const auto& name : vm::reference_image_names()) {
    const auto check = name == "reference-linux" ? "reference guest" : "guest with Wine";
    const auto found = std::find_if(images.begin(), images.end(),
                                    [&](const vm::Image& image) { return image.manifest.name == name; });
    const auto build = "safemode-matrix image build " + name;
    if (found != images.end())
      checks.push_back({check, true, name + "/" + found->manifest.key, ""});
    else if (name == "reference-linux")
      checks.push_back({check, false, "not built", build});
    else
      checks.push_back({check, false, "not built; `" + build + "` builds it", ""});
  }
  return checks;
}

/// As above: the agent for Windows is left out where there is no cross compiler.
std::vector<HostCheck> agents() {
  const auto linux_agent = libexec_dir() / "agent-linux-x86_64";
  const auto windows_agent = libexec_dir() / "agent-windows-x86_64.exe";
  const bool there = find_program(linux_agent.string()).has_value();
  const bool windows = std::filesystem::exists(windows_agent);
  return {{"guest agent", there, there ? linux_agent.string() : linux_agent.string() + " is missing",
           there ? "" : "build or install the whole project"},
          {"Windows agent", windows,
           windows ? windows_agent.string() : windows_agent.string() + " is missing", ""}};
}

/// A physical reader is optional: a problem with one is a remark.
std::vector<HostCheck> readers() {
  std::vector<HostCheck> checks;
  const auto list = app::list_readers();
  for (const auto& reader : list.usb) {
    const auto trouble = app::trouble_of(reader);
    checks.push_back({"USB card reader", trouble.empty(),
                      trouble.empty() ? vm::describe(reader) + " can be passed through" : trouble, ""});
  }
  if (list.usb.empty()) checks.push_back({"USB card reader", true, "none; a virtual reader needs none", ""});
  checks.push_back({"pcscd", list.pcsc_trouble.empty(),
                    list.pcsc_trouble.empty() ? "runs, with " + plural(list.pcsc.size(), "reader")
                                              : list.pcsc_trouble + " (only pcsc-relay needs it)",
                    ""});
  return checks;
}

}  // namespace

void add_doctor(CLI::App& app, Session& session) {
  auto json = std::make_shared<bool>(false);
  auto* command = app.add_subcommand("doctor", "Check what this host has and lacks for running machines");
  command->add_flag("--json", *json, "Write the checks as JSON");
  command->callback([json, &session] {
    auto checks = vm::judge_host(vm::gather_host_facts(runtime_folder(), cache_home()));
    checks.push_back(image_tools());
    checks.push_back(lab());
    for (const auto& check : agents()) checks.push_back(check);
    for (const auto& check : reference_images()) checks.push_back(check);
    for (const auto& check : app::windows_checks()) checks.push_back(check);
    for (const auto& check : app::sign_off_checks()) checks.push_back(check);
    for (const auto& check : readers()) checks.push_back(check);
    const auto style = style_of(STDOUT_FILENO);
    auto list = nlohmann::json::array();
    for (const auto& check : checks) {
      // A check that is not ok and has no way out is a remark: KVM that does not work, where TCG does.
      const bool remark = !check.ok && check.way_out.empty();
      if (!check.ok && !remark) session.exit_code = exit_code_of(ErrorKind::environment);
      list.push_back(
          {{"name", check.name}, {"ok", check.ok}, {"message", check.message}, {"way_out", check.way_out}});
      if (*json) continue;
      const auto tone = check.ok ? Tone::good : remark ? Tone::neutral : Tone::bad;
      std::cout << painted(fmt::format("{:6}", check.ok ? "ok"
                                               : remark ? "note"
                                                        : "FAULT"),
                           tone, style)
                << fmt::format("{:20} {}\n", check.name, check.message);
      if (!check.ok && !remark) std::cout << fmt::format("{:26} -> {}\n", "", check.way_out);
    }
    if (*json) std::cout << list.dump(2) << "\n";
  });
}

}  // namespace smx::cli
