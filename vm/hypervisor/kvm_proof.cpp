#include "vm/hypervisor/kvm_proof.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/process.h"

namespace smx::vm {

namespace fs = std::filesystem;

namespace {

constexpr Milliseconds kLimit{2000}, kTcgLimit{20000};
constexpr int kExitCode = (0x10 << 1) | 1;  // what isa-debug-exit makes of the byte 0x10

std::string first_line(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// Everything that can change the answer. A new boot can be on another machine, or with other modules.
std::string key_of(const fs::path& emulator) {
  struct stat info {};
  if (::stat(emulator.c_str(), &info) != 0)
    throw Error(ErrorKind::environment,
                "cannot find " + emulator.string() + "; install the package qemu-system-x86");
  utsname kernel{};
  ::uname(&kernel);
  constexpr int kProof = 2;  // another number for another way to prove it
  return fmt::format("{}|{}|{}|{}|{}|{}|{}", kProof, emulator.string(), info.st_mtime, info.st_size,
                     kernel.release, first_line("/proc/sys/kernel/random/boot_id"), ::geteuid());
}

std::optional<KvmProof> read_cache(const fs::path& file, const std::string& key) {
  std::ifstream in(file);
  const auto json = nlohmann::json::parse(in, nullptr, false);
  // A damaged cache is not an error: the proof is made again.
  if (!json.is_object() || json.value("key", nlohmann::json()) != key) return std::nullopt;
  const auto works = json.find("works"), why = json.find("why");
  if (works == json.end() || why == json.end() || !works->is_boolean() || !why->is_string())
    return std::nullopt;
  return KvmProof{works->get<bool>(), why->get<std::string>(), {}};
}

std::string last_line_of(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

}  // namespace

std::string boot_sector() {
  std::string sector(512, '\0');
  const unsigned char code[] = {
      0x66, 0xb9, 0x00, 0xa3, 0xe1, 0x11,  // mov ecx, 300000000
      0x66, 0x49,                          // dec ecx
      0x75, 0xfc,                          // jnz back to dec
      0xb0, 0x10,                          // mov al, 0x10
      0xe6, 0xf4,                          // out 0xf4, al
      0xf4,                                // hlt
      0xeb, 0xfd,                          // jmp back to hlt
  };
  std::copy(std::begin(code), std::end(code), sector.begin());
  sector[510] = '\x55';  // the signature that makes it bootable
  sector[511] = '\xaa';
  return sector;
}

KvmProof run_boot_sector(const fs::path& emulator, const std::string& accelerator, Milliseconds limit) {
  const TempDir folder(fs::temp_directory_path(), "smx-kvm-");
  const fs::path sector = folder.path() / "sector";
  write_file_atomically(sector, boot_sector());
  Command command;
  command.argv = {emulator.string(), "-accel", accelerator, "-cpu", accelerator == "kvm" ? "host" : "qemu64",
                  "-machine", "pc", "-m", "16", "-nodefaults", "-no-user-config", "-display", "none",
                  "-no-reboot", "-boot", "menu=off", "-device", "isa-debug-exit,iobase=0xf4,iosize=0x04",
                  // A comma in a path is written twice in QEMU's options.
                  "-drive", "file.driver=file,format=raw,if=ide,file.filename=" + sector.string()};
  command.time_limit = limit;
  command.output_limit = 4096;
  const auto start = std::chrono::steady_clock::now();
  const CommandResult result = run_command(command);
  const auto took = std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - start);
  if (result.timed_out)
    return {false,
            fmt::format("a guest under {} does not get as far as its boot sector within {} ms", accelerator,
                        limit.count()),
            took};
  if (result.exit_code != kExitCode)
    return {false,
            fmt::format("QEMU ends with {} under {}: {}", result.exit_code, accelerator,
                        last_line_of(result.err)),
            took};
  return {true, fmt::format("a boot sector ran in {} ms", took.count()), took};
}

KvmProof compare_with_tcg(const KvmProof& kvm, const KvmProof& tcg) {
  if (!kvm.works || !tcg.works || kvm.took <= tcg.took) return kvm;
  return {
      false,
      fmt::format("KVM is slower here than emulation (a boot sector took {} ms, under TCG {} ms), so it is "
                  "emulated itself",
                  kvm.took.count(), tcg.took.count()),
      kvm.took};
}

KvmProof prove_kvm(const fs::path& emulator, const fs::path& cache_folder) {
  if (::access("/dev/kvm", R_OK | W_OK) != 0)
    return {false, "/dev/kvm: " + std::generic_category().message(errno), {}};
  const std::string key = key_of(emulator);
  const fs::path file = cache_folder / "kvm.json";
  if (const auto known = read_cache(file, key)) return *known;
  KvmProof proof = run_boot_sector(emulator, "kvm", kLimit);
  if (proof.works) proof = compare_with_tcg(proof, run_boot_sector(emulator, "tcg", kTcgLimit));
  std::error_code error;
  fs::create_directories(cache_folder, error);
  if (error)
    throw Error(ErrorKind::environment,
                "cannot make the folder " + cache_folder.string() + ": " + error.message());
  write_file_atomically(file,
                        nlohmann::json{{"key", key}, {"works", proof.works}, {"why", proof.why}}.dump());
  return proof;
}

}  // namespace smx::vm
