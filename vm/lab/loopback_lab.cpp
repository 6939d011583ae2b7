#include "vm/lab/loopback_lab.h"

#include <fmt/core.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "harness/core/error.h"
#include "harness/core/proc.h"

namespace smx::vm {
namespace {

namespace fs = std::filesystem;

/// Where QEMU's user network shows this host's loopback to the guest.
constexpr const char* kHostSeenFromGuest = "10.0.2.2";
constexpr const char* kRealm = "LAB.TEST";
constexpr const char* kDomain = "lab.test";
constexpr const char* kUser = "user";
constexpr const char* kOther = "other";
constexpr int kLabEndLimit = 10000;  ///< ms
constexpr const char* kLock = "lock";
constexpr const char* kFacts = "lab.json";
constexpr std::uint64_t kFactsLimit = 64u << 10;

/// Folders of labs are made, locked and removed only while the folder above them is locked, so that no
/// process sees one without its lock. Null when that is not there.
std::unique_ptr<FileLock> alone_in(const fs::path& labs) {
  return FileLock::wait_for(labs);
}

/// Ends what is left in a folder whose lock this process holds, alone, and removes it, the lock last.
void remove_lab(const fs::path& folder) {
  end_kdc(folder);
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.path().filename() != kLock) fs::remove_all(entry.path(), error);
  fs::remove_all(folder, error);
}

std::unique_ptr<FileLock> take_over(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder.parent_path(), error);
  const auto alone = alone_in(folder.parent_path());
  fs::create_directories(folder, error);
  if (error)
    throw Error(ErrorKind::environment,
                fmt::format("{} cannot be made: {}", folder.string(), error.message()));
  fs::permissions(folder, fs::perms::owner_all, error);
  auto lock = FileLock::try_take(folder / kLock);
  if (!lock)
    throw Error(
        ErrorKind::environment,
        fmt::format("the lab \"{0}\" is up already; `safemode-matrix lab status` shows it, `lab down {0}` "
                    "ends it, and another name makes another",
                    folder.filename().string()));
  end_kdc(folder);
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().filename() != kLock) fs::remove_all(entry.path(), error);
  return lock;
}

LabState state_of(const fs::path& folder) {
  LabState state;
  state.name = folder.filename().string();
  state.up = fs::exists(folder / kLock) && FileLock::try_take(folder / kLock) == nullptr;
  std::error_code error;
  if (!fs::exists(folder / kFacts, error)) return state;
  const auto facts = nlohmann::json::parse(read_file(folder / kFacts, kFactsLimit), nullptr, false);
  if (!facts.is_object()) return state;
  state.owner = facts.value("owner", 0);
  state.kdc = facts.value("kdc", "");
  state.web = facts.value("web", "");
  state.tls = facts.value("tls", "");
  return state;
}

}  // namespace

LoopbackLab::LoopbackLab(const fs::path& folder, const LabCa& ca, const CancelToken& cancel)
    : folder_(folder), lock_(take_over(folder)), ca_(ca) {
  try {
    KdcOptions kdc;
    kdc.realm = kRealm;
    kdc.name = std::string("kdc.") + kDomain;
    kdc.users = {kUser, kOther};
    WebServerOptions web;
    web.realm = kRealm;
    web.name = std::string("web.") + kDomain;
    kdc.service = "HTTP/" + web.name;
    kdc_ = std::make_unique<Kdc>(folder_, ca_, std::move(kdc), cancel);
    web.keytab = kdc_->keytab();
    web.replays = folder_ / "replays";
    web_ = std::make_unique<WebServer>(ca_, std::move(web));
    tls_ = std::make_unique<TlsServer>(ca_, std::string("tls.") + kDomain);
    const nlohmann::json facts{{"owner", ::getpid()},
                               {"kdc", fmt::format("127.0.0.1:{}", kdc_->port())},
                               {"web", fmt::format("127.0.0.1:{}", web_->port())},
                               {"tls", fmt::format("127.0.0.1:{}", tls_->port())}};
    write_file_atomically(folder_ / kFacts, facts.dump(2) + "\n", 0600);
  } catch (...) {
    tls_.reset();
    web_.reset();
    kdc_.reset();
    const auto alone = alone_in(folder_.parent_path());
    remove_lab(folder_);
    throw;
  }
}

LoopbackLab::~LoopbackLab() {
  tls_.reset();
  web_.reset();
  kdc_.reset();
  try {
    const auto alone = alone_in(folder_.parent_path());
    remove_lab(folder_);
  } catch (const std::exception&) {  // the next `up` or `down` removes it
  }
}

LabDescription LoopbackLab::describe(const CancelToken& cancel) {
  kdc_->apply_revocations(cancel);
  LabDescription lab;
  lab.realm = kRealm;
  lab.domain = kDomain;
  lab.user = kUser;
  lab.other_user = kOther;
  lab.ca_pem = ca_.chain_pem();
  lab.crl_pem = ca_.revocation_lists_pem();
  lab.kdc = {kHostSeenFromGuest, kdc_->port(), kdc_->options().name};
  lab.web = {kHostSeenFromGuest, web_->port(), std::string("web.") + kDomain};
  return lab;
}

namespace {

std::vector<LabState> list_alone(const fs::path& folder) {
  std::vector<LabState> labs;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.is_directory()) labs.push_back(state_of(entry.path()));
  std::sort(labs.begin(), labs.end(), [](const LabState& a, const LabState& b) { return a.name < b.name; });
  return labs;
}

/// The lab once its process has published its state, which a lab that is just starting has not; its owner is
/// 0 when it does not say.
LabState settled(const fs::path& place) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::milliseconds(kLabEndLimit);
  for (;;) {
    {
      const auto alone = alone_in(place.parent_path());
      if (auto state = state_of(place);
          !state.up || state.owner > 0 || std::chrono::steady_clock::now() >= limit)
        return state;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

/// Returns when the lab's process has ended.
void end_owner(const fs::path& place) {
  const auto state = settled(place);
  if (!state.up) return;
  if (state.owner <= 0)
    throw Error(ErrorKind::environment,
                fmt::format("the lab \"{}\" is still being started; ask again when it is up", state.name));
  const auto owner = proc::open_pidfd(state.owner);
  // Asked again with the process held: its number may be another's by now.
  if (const auto now = settled(place); !owner || !now.up || now.owner != state.owner) return;
  proc::send_signal(owner, SIGTERM);
  if (!proc::wait_for_end(owner, kLabEndLimit))
    throw Error(
        ErrorKind::environment,
        fmt::format("process {0}, which runs the lab \"{1}\", does not end; end it with `kill -9 {0}` "
                    "and ask again",
                    state.owner, state.name));
}

}  // namespace

std::vector<LabState> list_labs(const fs::path& folder) {
  const auto alone = alone_in(folder);
  return list_alone(folder);
}

std::vector<std::string> end_dead_labs(const fs::path& folder) {
  const auto alone = alone_in(folder);
  std::vector<std::string> ended;
  for (const auto& lab : list_alone(folder)) {
    const auto place = folder / lab.name;
    const auto lock = lab.up ? nullptr : FileLock::try_take(place / kLock);
    if (!lock) continue;
    remove_lab(place);
    ended.push_back(lab.name);
  }
  return ended;
}

bool end_lab(const fs::path& folder, const std::string& name) {
  const auto place = folder / name;
  std::error_code error;
  if (!fs::exists(place, error)) return false;
  end_owner(place);
  const auto alone = alone_in(folder);
  if (!fs::exists(place, error)) return true;
  // The present owner started it after the one that was to end.
  if (const auto lock = FileLock::try_take(place / kLock)) remove_lab(place);
  return true;
}

}  // namespace smx::vm
