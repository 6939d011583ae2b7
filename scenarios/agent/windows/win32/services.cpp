#include "scenarios/agent/windows/win32/services.h"

#include <thread>
#include <vector>

#include "scenarios/agent/windows/win32/service_errors.h"
#include "scenarios/agent/windows/win32/system.h"
#include "scenarios/agent/windows/win32/system_error.h"
#include "scenarios/agent/windows/win32/text.h"

namespace smx::agent {
namespace {

constexpr int kDependencyLevels = 4;
constexpr DWORD kConfigLimit = 8192;  // bytes: QueryServiceConfigW's own limit

class ServiceHandle {
 public:
  explicit ServiceHandle(SC_HANDLE value) : value_(value) {}
  ~ServiceHandle() {
    if (value_ != nullptr) CloseServiceHandle(value_);
  }
  ServiceHandle(const ServiceHandle&) = delete;
  ServiceHandle& operator=(const ServiceHandle&) = delete;
  SC_HANDLE get() const { return value_; }
  explicit operator bool() const { return value_ != nullptr; }

 private:
  SC_HANDLE value_;
};

struct Config {
  DWORD start_type = 0;
  std::vector<std::string> dependencies;
};

Config config_of(SC_HANDLE service) {
  std::vector<std::uint64_t> buffer(kConfigLimit / sizeof(std::uint64_t));
  auto* config = reinterpret_cast<QUERY_SERVICE_CONFIGW*>(buffer.data());
  DWORD needed = 0;
  if (QueryServiceConfigW(service, config, kConfigLimit, &needed) == 0) return {};
  Config result;
  result.start_type = config->dwStartType;
  if (config->lpDependencies == nullptr) return result;
  const auto* begin = reinterpret_cast<const wchar_t*>(buffer.data());
  const auto room = kConfigLimit / sizeof(wchar_t) - static_cast<std::size_t>(config->lpDependencies - begin);
  result.dependencies = multi_strings({config->lpDependencies, room});
  return result;
}

DWORD state_of(SC_HANDLE service) {
  SERVICE_STATUS status{};
  return QueryServiceStatus(service, &status) != 0 ? status.dwCurrentState : 0;
}

/// On Windows 7 the service control manager notifies only services and threads that pump messages, so it is
/// polled.
DWORD wait_until_running(SC_HANDLE service, const Deadline& deadline) {
  for (;;) {
    const auto state = state_of(service);
    if (state == SERVICE_RUNNING) return 0;
    if (state != SERVICE_START_PENDING) return ERROR_PROCESS_ABORTED;
    if (deadline.over()) return ERROR_SERVICE_REQUEST_TIMEOUT;
    std::this_thread::sleep_for(deadline.remaining(Deadline::Duration{20}));
  }
}

ServiceStart start(SC_HANDLE manager, const std::string& name, const Deadline& deadline, int levels) {
  const ServiceHandle service(
      OpenServiceW(manager, wide(name).c_str(), SERVICE_START | SERVICE_QUERY_STATUS | SERVICE_QUERY_CONFIG));
  if (!service) return {GetLastError(), name};
  DWORD error = StartServiceW(service.get(), 0, nullptr) != 0 ? 0 : GetLastError();
  if (error == 0 || (error == ERROR_SERVICE_ALREADY_RUNNING && state_of(service.get()) != SERVICE_RUNNING))
    error = wait_until_running(service.get(), deadline);
  if (error != ERROR_SERVICE_DEPENDENCY_FAIL || levels == 0) return {error, name};
  for (const auto& dependency : config_of(service.get()).dependencies) {
    if (dependency[0] == SC_GROUP_IDENTIFIERW) continue;
    const auto end = start(manager, dependency, deadline, levels - 1);
    if (!service_runs(end.error)) return end;
  }
  return {error, name};
}

}  // namespace

ServiceStart start_service(const std::string& name, const Deadline& deadline) {
  const ServiceHandle manager(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT));
  if (!manager) throw_trouble("opening the service control manager", GetLastError());
  return start(manager.get(), name, deadline, kDependencyLevels);
}

void stop_service(const std::string& name) {
  const ServiceHandle manager(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT));
  if (!manager) return;
  const ServiceHandle service(OpenServiceW(manager.get(), wide(name).c_str(), SERVICE_STOP));
  SERVICE_STATUS status{};
  if (service) ControlService(service.get(), SERVICE_CONTROL_STOP, &status);
}

std::string state_of_service(const std::string& name) {
  const ServiceHandle manager(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT));
  if (!manager) throw_trouble("opening the service control manager", GetLastError());
  const ServiceHandle service(
      OpenServiceW(manager.get(), wide(name).c_str(), SERVICE_QUERY_STATUS | SERVICE_QUERY_CONFIG));
  if (!service) {
    const auto error = GetLastError();
    return error == ERROR_SERVICE_DOES_NOT_EXIST ? "absent" : error_text(error);
  }
  return service_state(state_of(service.get()), config_of(service.get()).start_type);
}

}  // namespace smx::agent
