#include "scenarios/agent/linux/linux_platform.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "scenarios/agent/core/pcsc.h"
#include "scenarios/agent/core/reporter.h"
#include "scenarios/agent/linux/child.h"
#include "scenarios/agent/linux/small_files.h"

namespace smx::agent {
namespace {

constexpr Deadline::Duration kStartLimit{20000};

struct ServiceWords {
  const char* unit;
  const char* cause;  ///< when it does not start for another reason than the boot mode
  const char* what;
};

ServiceWords words(SystemService service) {
  switch (service) {
    case SystemService::smart_card: return {"pcscd", "no-smart-card-service", "the smart card service"};
    case SystemService::network: return {"network", "no-network", "the network"};
    case SystemService::certificate_propagation:
      return {"certprop", "no-propagation-service", "certificate propagation"};
  }
  return {"", "", ""};
}

[[noreturn]] void cannot_keep(const std::string& path) {
  throw StepFailure(CheckOutcome::blocked, "system-trouble",
                    "cannot write " + path + ": " + std::strerror(errno));
}

}  // namespace

void LinuxPlatform::require(SystemService service, const Deadline& deadline) {
  const auto [unit, cause, what] = words(service);
  const auto end = run_child({{paths_.svc, "start", unit}, {}, "", deadline.remaining(kStartLimit)});
  if (end.ok()) return;
  if (end.exit_code == kNotInSafeboot)
    throw StepFailure(
        CheckOutcome::failed, "not-in-safeboot",
        std::string(what) + " is not started in this boot mode: `svc start " + unit + "` was refused (84)",
        true);
  throw StepFailure(CheckOutcome::failed, cause,
                    std::string(what) + " cannot be started: `svc start " + unit + "` " +
                        (end.timed_out ? "does not end" : "ended with " + std::to_string(end.exit_code)));
}

std::unique_ptr<SmartCards> LinuxPlatform::smart_cards(const Deadline& deadline) {
  if (auto cards = Pcsc::open()) return cards;
  require(SystemService::smart_card, deadline);
  if (auto cards = Pcsc::open()) return cards;
  throw StepFailure(CheckOutcome::failed, "no-smart-card-service",
                    "the smart card service was started, but does not answer (SCARD_E_NO_SERVICE)");
}

CardDriver LinuxPlatform::card_driver(const Bytes&, const Deadline&) {
  return {CheckOutcome::not_applicable, "no-card-drivers", "this system has no drivers for cards"};
}

void LinuxPlatform::keep(const std::string& key, const std::string& text) {
  const auto folder = paths_.run + "/smx";
  if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) cannot_keep(folder);
  const auto path = folder + "/" + key;
  const int file =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  if (file < 0) cannot_keep(path);
  const auto put = ::write(file, text.data(), text.size());
  const int closed = ::close(file);
  if (put != static_cast<ssize_t>(text.size()) || closed != 0) cannot_keep(path);
}

std::string LinuxPlatform::take(const std::string& key) {
  const auto folder = paths_.run + "/smx";
  const auto path = folder + "/" + key;
  auto text = read_small_file(path);
  ::unlink(path.c_str());
  ::rmdir(folder.c_str());  // the last one out; others may still keep something there
  return text;
}

}  // namespace smx::agent
