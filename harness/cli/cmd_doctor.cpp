#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/cli/reader_list.h"
#include "harness/cli/session.h"
#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/process.h"
#include "harness/core/text.h"
#include "reports/terminal/progress.h"
#include "vm/hypervisor/host_checks.h"
#include "vm/image/image_store.h"
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
                                         {"apt-get", "apt"}}) {
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

HostCheck reference_image() {
  const auto images = vm::ImageStore(cache_home() / "images").list();
  if (images.empty())
    return {"reference guest", false, "not built", "safemode-matrix image build reference-linux"};
  return {"reference guest", true, images.front().manifest.name + "/" + images.front().manifest.key, ""};
}

HostCheck agent() {
  const auto path = libexec_dir() / "agent-linux-x86_64";
  const bool there = find_program(path.string()).has_value();
  return {"guest agent", there, there ? path.string() : path.string() + " is missing",
          there ? "" : "build or install the whole project"};
}

/// Nobody needs a physical reader: what is wrong with one is a remark.
std::vector<HostCheck> readers() {
  std::vector<HostCheck> checks;
  const auto list = list_readers();
  for (const auto& reader : list.usb) {
    const auto trouble = trouble_of(reader);
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
    checks.push_back(agent());
    checks.push_back(reference_image());
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
