#include "vm/lab/kdc.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <sys/socket.h>

#include <algorithm>
#include <csignal>
#include <sstream>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/proc.h"
#include "harness/core/process.h"
#include "harness/core/text.h"
#include "harness/core/unique_fd.h"

namespace smx::vm {
namespace {

namespace fs = std::filesystem;

constexpr Milliseconds kProgramLimit{20000};
constexpr int kEndLimit = 2000;  ///< ms, then it is killed
constexpr int kStartTries = 5;   ///< another process may take the free port first
constexpr std::uint64_t kLogLimit = 16u << 20;
constexpr std::size_t kMostSeen = 4096;

/// A TCP port of the loopback that no process listens on now.
std::uint16_t free_port() {
  const UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (!fd || ::bind(fd.get(), generic, sizeof address) != 0 || ::getsockname(fd.get(), generic, &size) != 0)
    throw Error(ErrorKind::environment, "no free port on this host's loopback for the lab's KDC");
  return ntohs(address.sin_port);
}

Command kerberos(const fs::path& folder, std::vector<std::string> argv, std::string input = {}) {
  Command command;
  command.argv = std::move(argv);
  command.input = std::move(input);
  command.env = {{"KRB5_CONFIG", (folder / "krb5.conf").string()},
                 {"KRB5_KDC_PROFILE", (folder / "kdc.conf").string()},
                 {"SMX_KDC_WITNESS", (folder / "witness").string()},
                 {"LC_ALL", "C"}};
  command.time_limit = kProgramLimit;
  return command;
}

std::string tail_of(const std::string& text) {
  const auto end = text.find_last_not_of("\n ");
  if (end == std::string::npos) return "no reason given";
  const auto begin = text.rfind('\n', end);
  return sanitize_guest_text(text.substr(begin == std::string::npos ? 0 : begin + 1, end - begin), 300);
}

void run_or_throw(const Command& command, const CancelToken& cancel) {
  if (!find_program(command.argv[0]))
    throw Error(ErrorKind::environment,
                fmt::format("the lab's domain needs {}, which is not installed: apt-get install krb5-kdc "
                            "krb5-admin-server krb5-pkinit",
                            command.argv[0]));
  const auto result = run_command(command, cancel);
  if (result.ok()) return;
  throw Error(ErrorKind::environment,
              fmt::format("{} {}: {}", command.argv[0], result.timed_out ? "does not end" : "failed",
                          tail_of(result.err + result.out)));
}

/// The KDCs whose arguments name the folder.
std::vector<pid_t> kdcs_of(const fs::path& folder) {
  const auto mark = (folder / "kdc.pid").string();
  std::vector<pid_t> found;
  for (const auto pid : proc::all()) {
    const auto line = proc::command_line(pid);
    if (std::find(line.begin(), line.end(), mark) != line.end()) found.push_back(pid);
  }
  return found;
}

}  // namespace

fs::path kdc_witness_module() {
  return libexec_dir() / "kdc-witness.so";
}

Kdc::Kdc(const fs::path& folder, const LabCa& ca, KdcOptions options, const CancelToken& cancel)
    : folder_(folder), ca_(ca), options_(std::move(options)) {
  // Without it the KDC gives tickets all the same, and records no certificate.
  if (!fs::exists(kdc_witness_module()))
    throw Error(ErrorKind::environment, fmt::format("{} is missing; build or install the whole project",
                                                    kdc_witness_module().string()));
  const auto identity = ca_.issue_kdc_certificate(options_.name, options_.realm);
  write_file_atomically(folder_ / "kdc.pem", identity.certificate_pem + ca_.certificate_pem());
  write_file_atomically(folder_ / "kdc.key", pem_of_key(identity.key).reveal(), 0600);
  write_file_atomically(folder_ / "root.pem", ca_.root_pem());
  write_file_atomically(folder_ / "issuing.pem", ca_.certificate_pem());
  for (int left = kStartTries;; --left) {
    port_ = free_port();
    write_configuration();
    if (left == kStartTries) make_realm(cancel);
    try {
      start(cancel);
      return;
    } catch (const Error&) {
      if (left <= 1) throw;
    }
  }
}

Kdc::~Kdc() {
  try {
    end_kdc(folder_);
  } catch (const std::exception&) {  // no memory: the next process finds it by its folder
  }
}

void Kdc::write_configuration() const {
  const auto& realm = options_.realm;
  write_file_atomically(folder_ / "krb5.conf", fmt::format(R"([libdefaults]
 default_realm = {0}
 dns_lookup_kdc = false
 dns_lookup_realm = false
 rdns = false
[plugins]
 certauth = {{
  module = smx:{1}
 }}
)",
                                                           realm, kdc_witness_module().string()));
  write_file_atomically(folder_ / "kdc.conf", fmt::format(R"([kdcdefaults]
 kdc_listen = ""
 kdc_tcp_listen = 127.0.0.1:{1}
[realms]
 {0} = {{
  database_name = {2}/principal
  key_stash_file = {2}/stash
  acl_file = {2}/acl
  pkinit_identity = FILE:{2}/kdc.pem,{2}/kdc.key
  pkinit_anchors = FILE:{2}/root.pem
  pkinit_pool = FILE:{2}/issuing.pem
  pkinit_revoke = FILE:{2}/crl.pem
  pkinit_require_crl_checking = true
  pkinit_eku_checking = scLogin
  pkinit_allow_upn = true
 }}
[logging]
 kdc = FILE:{2}/kdc.log
 default = FILE:{2}/kdc.log
)",
                                                          realm, port_, folder_.string()));
}

void Kdc::make_realm(const CancelToken& cancel) const {
  // The master key's password is never typed: the stash file holds the key.
  const auto password = to_hex(as_text(random_bytes(24)));
  run_or_throw(kerberos(folder_, {"kdb5_util", "create", "-s", "-r", options_.realm},
                        password + "\n" + password + "\n"),
               cancel);
  std::string script;
  for (const auto& user : options_.users) script += "addprinc -nokey +requires_preauth " + user + "\n";
  script += "addprinc -randkey " + options_.service + "\n";
  script += "ktadd -k " + keytab().string() + " " + options_.service + "\n";
  run_or_throw(kerberos(folder_, {"kadmin.local", "-r", options_.realm}, script), cancel);
  if (!fs::exists(keytab()))
    throw Error(ErrorKind::environment, "kadmin.local made no keytab for " + options_.service);
}

void Kdc::start(const CancelToken& cancel) {
  revoked_ = ca_.revoked_count();
  write_file_atomically(folder_ / "crl.pem", ca_.revocation_lists_pem());
  // Its first process ends when the port is open.
  run_or_throw(kerberos(folder_, {"krb5kdc", "-r", options_.realm, "-P", (folder_ / "kdc.pid").string()}),
               cancel);
}

void Kdc::apply_revocations(const CancelToken& cancel) {
  if (ca_.revoked_count() == revoked_) return;
  end_kdc(folder_);
  start(cancel);
}

std::vector<KdcSeen> Kdc::seen() const {
  std::vector<KdcSeen> seen;
  if (!fs::exists(folder_ / "witness")) return seen;
  std::istringstream lines(read_file(folder_ / "witness", kLogLimit));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    long long seconds = 0;
    KdcSeen entry;
    if (!(words >> seconds >> entry.certificate_sha256 >> entry.principal)) continue;
    entry.at = TimePoint(std::chrono::seconds(seconds));
    entry.principal = sanitize_guest_text(entry.principal, 256);
    seen.push_back(std::move(entry));
  }
  if (seen.size() > kMostSeen) seen.erase(seen.begin(), seen.end() - kMostSeen);
  return seen;
}

std::string Kdc::log() const {
  constexpr std::size_t kMost = 64u << 10;
  if (!fs::exists(folder_ / "kdc.log")) return {};
  auto text = read_file(folder_ / "kdc.log", kLogLimit);
  return text.size() <= kMost ? text : text.substr(text.size() - kMost);
}

bool end_kdc(const fs::path& folder) {
  const auto found = kdcs_of(folder);
  for (const auto pid : found) {
    const auto process = proc::open_pidfd(pid);
    // The number may be another's by now.
    const auto still = kdcs_of(folder);
    if (!process || std::find(still.begin(), still.end(), pid) == still.end()) continue;
    proc::send_signal(process, SIGTERM);
    if (!proc::wait_for_end(process, kEndLimit)) {
      proc::send_signal(process, SIGKILL);
      proc::wait_for_end(process, kEndLimit);
    }
  }
  return !found.empty();
}

}  // namespace smx::vm
