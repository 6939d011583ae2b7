#include "harness/prepare/windows_preparation.h"

#include <fmt/format.h>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/prepare/checklist.h"

namespace smx::prepare {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using namespace std::chrono_literals;
using vm::WindowsProgram;
using Outcome = smx::Outcome;

constexpr Milliseconds kAgentLimit = 120s;
/// How long Windows may take to find the driver of a reader that it never saw, from its own driver store.
constexpr Milliseconds kReaderLimit = 180s;
constexpr Milliseconds kReaderAgain = 3s;

WindowsProgram registry_value(const std::string& key, const std::string& value, const std::string& type,
                              const std::string& data) {
  std::vector<std::string> arguments{"add", key};
  if (value.empty())
    arguments.push_back("/ve");
  else
    arguments.insert(arguments.end(), {"/v", value});
  arguments.insert(arguments.end(), {"/t", type, "/d", data, "/f"});
  return {"reg.exe", arguments};
}

WindowsProgram boot_option(const std::string& option, const std::string& value) {
  return {"bcdedit.exe", {"/set", "{current}", option, value}};
}

void check_source(const WindowsInspection& w, const fs::path& source) {
  if (w.hibernated || w.boot.mode != BootMode::normal)
    throw Error(
        ErrorKind::environment,
        fmt::format(
            "{} cannot be prepared: it {}; start it in normal mode, run `powercfg /hibernate off`, and shut "
            "it down",
            source.string(), w.hibernated ? "is hibernated" : "boots into " + w.boot.mode_words));
  if (!w.service("QEMU-GA"))
    throw Error(ErrorKind::environment, fmt::format("{} has no QEMU guest agent; install virtio-win's guest "
                                                    "tools in it (docs/windows-lab.md, step 3)",
                                                    source.string()));
}

/// Row 11's first phase is the question whether the reader works and its card is seen: asked until it is
/// answered with yes, because Windows does not report when it has installed a driver.
void wait_for_reader(const Maintenance& with, vm::Machine& machine, const run::AgentCall& agent,
                     const vm::ReaderSession& reader) {
  with.progress("waiting for Windows to install the reader");
  const auto until = std::chrono::steady_clock::now() + kReaderLimit;
  const json input = {{"card",
                       {{"application", name(reader.credentials().application)},
                        {"certificate_pem", reader.credentials().certificate_pem},
                        {"atr", reader.credentials().atr_hex}}}};
  std::string last;
  do {
    const auto answer = agent.run("device-management", "present", run::new_nonce(), input, kAgentLimit);
    last = answer.trouble ? answer.trouble->message : "it lists no reader";
    for (const auto& check : answer.checks) {
      if (check.id != "reader-present") continue;
      if (check.outcome == Outcome::passed) return;
      last = check.message;
    }
  } while (!machine.wait_for_end(kReaderAgain) && std::chrono::steady_clock::now() < until);
  throw Error(ErrorKind::guest, fmt::format("Windows did not install the emulated reader within {} s: {}",
                                            kReaderLimit.count() / 1000, last));
}

std::string take_inventory(const Maintenance& with, const run::AgentCall& agent) {
  with.progress("taking the inventory of drivers");
  const auto answer = agent.run("inventory", "main", run::new_nonce(), json::object(), kAgentLimit);
  if (answer.trouble)
    throw Error(ErrorKind::guest, "the inventory of drivers cannot be taken: " + answer.trouble->message);
  return answer.details.dump();
}

/// Removes what a preparation that failed leaves.
class Unsealed {
 public:
  explicit Unsealed(fs::path part) : part_(std::move(part)) {}
  ~Unsealed() {
    std::error_code ignored;  // a destructor cannot report it
    fs::remove(part_, ignored);
  }
  Unsealed(const Unsealed&) = delete;
  Unsealed& operator=(const Unsealed&) = delete;
  const fs::path& path() const { return part_; }

 private:
  fs::path part_;
};

void check_free(const fs::path& file) {
  std::error_code error;
  if (fs::exists(file, error))
    throw Error(ErrorKind::usage, file.string() + " is there already; remove it, or give another name");
}

/// The overlay first loses its write permission, then gets its manifest, then its name: under that name it is
/// never anything but sealed.
void seal(const fs::path& part, const fs::path& output, const WindowsManifest& manifest) {
  fs::permissions(part, fs::perms(0444));
  write_file_atomically(manifest_path(output), manifest_text(manifest), 0444);
  fs::rename(part, output);
}

}  // namespace

const std::vector<PreparationStep>& preparation_steps() {
  static const std::string kControl = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\";
  static const std::vector<PreparationStep> kSteps{
      {"letting the guest agent start in Safe Mode",
       {registry_value(kControl + "SafeBoot\\Network\\QEMU-GA", "", "REG_SZ", "Service"),
        registry_value(kControl + "SafeBoot\\Minimal\\QEMU-GA", "", "REG_SZ", "Service")}},
      {"keeping failed starts out of the recovery menu",
       {boot_option("bootstatuspolicy", "ignoreallfailures"), boot_option("recoveryenabled", "no")}},
      {"switching hibernation and fast startup off",
       {{"powercfg.exe", {"/hibernate", "off"}},
        registry_value(kControl + "Session Manager\\Power", "HiberbootEnabled", "REG_DWORD", "0")}},
      {"keeping the machine's domain password",
       {registry_value("HKLM\\SYSTEM\\CurrentControlSet\\Services\\Netlogon\\Parameters",
                       "DisablePasswordChange", "REG_DWORD", "1")}},
      // The identifiers are those of the subcategories Logon and Kerberos Authentication Service
      // (MS-GPAC 2.2.1.2): their names are in the system's language.
      {"writing down logons and what CryptoAPI does",
       {{"auditpol.exe",
         {"/set", "/subcategory:{0CCE9215-69AE-11D9-BED3-505054503030}", "/success:enable",
          "/failure:enable"}},
        {"auditpol.exe",
         {"/set", "/subcategory:{0CCE9242-69AE-11D9-BED3-505054503030}", "/success:enable",
          "/failure:enable"}},
        {"wevtutil.exe", {"set-log", "Microsoft-Windows-CAPI2/Operational", "/enabled:true"}}}}};
  return kSteps;
}

WindowsManifest prepare_windows(const PreparationOptions& options, const Maintenance& with,
                                const ImageTools& tools, vm::ReaderSession& reader, const Clock& clock) {
  check_free(options.output);
  check_free(manifest_path(options.output));
  with.progress("looking into the source image");
  const auto source = tools.inspect(options.source);
  check_source(source, options.source);

  const fs::path part = options.output.string() + ".part";
  check_free(part);
  const Unsealed unsealed(part);
  tools.create_overlay(options.source, part);
  vm::MachineSpec spec;
  spec.name = "smx-prepare";
  spec.run_token = "prepare";
  spec.disk = part;
  with.strategy.set_mode(spec, BootMode::normal);
  reader.attach_to(spec);

  WindowsManifest manifest;
  maintain(with, spec, [&](vm::Machine& machine, const run::AgentCall& agent) {
    wait_for_reader(with, machine, agent, reader);
    for (const auto& step : preparation_steps()) {
      with.progress(step.words);
      for (const auto& program : step.programs) vm::run_windows_program(machine.channel(), program);
    }
    manifest.inventory = take_inventory(with, agent);
  });

  with.progress("looking into the result");
  manifest.inspection = tools.inspect(part);
  if (const auto faults = failures(checklist(manifest.inspection, source)); !faults.empty())
    throw Error(ErrorKind::guest, "Windows did not keep what was changed: " + faults);
  with.progress("hashing the images");
  manifest.source = options.source;
  manifest.source_size = fs::file_size(options.source);
  manifest.source_sha256 = sha256_file(options.source);
  manifest.disk_size = fs::file_size(part);
  manifest.disk_sha256 = sha256_file(part);
  manifest.machine = options.machine;
  manifest.agent_sha256 = sha256_hex(with.agent);
  manifest.harness_version = options.harness_version;
  manifest.prepared = clock.now();
  seal(part, options.output, manifest);
  return manifest;
}

}  // namespace smx::prepare
