#include "scenarios/agent/windows/win32/services.h"

#include <gtest/gtest.h>

#include <optional>

#include "scenarios/agent/core/reporter.h"
#include "scenarios/agent/windows/platform/windows_platform.h"
#include "scenarios/agent/windows/win32/service_errors.h"
#include "scenarios/agent/windows/win32/system.h"
#include "scenarios/agent/windows/win32/wine.h"

namespace smx::agent {
namespace {

const Deadline& soon() {
  static thread_local std::optional<Deadline> deadline;
  deadline.emplace(Deadline::Duration{20000});
  return *deadline;
}

/// A service that lasts as long as this object; it is never really run.
class MadeService {
 public:
  MadeService(const wchar_t* name, DWORD start_type, const wchar_t* depends_on = nullptr)
      : manager_(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CREATE_SERVICE)) {
    service_ = CreateServiceW(manager_, name, name, SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS, start_type,
                              SERVICE_ERROR_IGNORE, L"C:\\no\\such\\service.exe", nullptr, nullptr,
                              depends_on, nullptr, nullptr);
  }
  ~MadeService() {
    if (service_ != nullptr) {
      DeleteService(service_);
      CloseServiceHandle(service_);
    }
    if (manager_ != nullptr) CloseServiceHandle(manager_);
  }
  MadeService(const MadeService&) = delete;
  MadeService& operator=(const MadeService&) = delete;
  bool is_there() const { return service_ != nullptr; }

 private:
  SC_HANDLE manager_ = nullptr, service_ = nullptr;
};

TEST(Services, one_that_is_not_there_is_absent_and_does_not_start) {
  EXPECT_EQ(state_of_service("smx-no-such-service"), "absent");
  const auto end = start_service("smx-no-such-service", soon());
  EXPECT_EQ(end.error, kServiceAbsent);
  EXPECT_EQ(end.refused, "smx-no-such-service");
}

TEST(Services, one_that_is_disabled_says_so) {
  const MadeService made(L"smx-disabled", SERVICE_DISABLED);
  if (!made.is_there()) GTEST_SKIP() << "no service can be made here";
  EXPECT_EQ(state_of_service("smx-disabled"), "disabled");
  EXPECT_EQ(start_service("smx-disabled", soon()).error, kServiceDisabled);
}

TEST(Services, one_whose_program_is_missing_does_not_start) {
  const MadeService made(L"smx-broken", SERVICE_DEMAND_START);
  if (!made.is_there()) GTEST_SKIP() << "no service can be made here";
  EXPECT_FALSE(service_runs(start_service("smx-broken", soon()).error));
  EXPECT_EQ(state_of_service("smx-broken"), "stopped");
}

TEST(Services, a_disabled_dependency_is_named) {
  if (!wine_version().empty()) GTEST_SKIP() << "Wine starts services without their dependencies";
  const MadeService needed(L"smx-needed", SERVICE_DISABLED);
  const MadeService made(L"smx-needing", SERVICE_DEMAND_START, L"smx-needed\0");
  if (!made.is_there()) GTEST_SKIP() << "no service can be made here";
  const auto end = start_service("smx-needing", soon());
  EXPECT_EQ(end.refused, "smx-needed");
  EXPECT_EQ(end.error, kServiceDisabled);
}

TEST(Services, the_smart_card_service_starts) {
  WindowsPlatform().require(SystemService::smart_card, soon());
  EXPECT_EQ(state_of_service("SCardSvr"), "running");
  EXPECT_EQ(start_service("SCardSvr", soon()).error, kServiceAlreadyRunning);
}

TEST(Services, certificate_propagation_that_does_not_start_has_its_cause) {
  if (wine_version().empty()) GTEST_SKIP() << "on Windows it may start";
  try {
    WindowsPlatform().require(SystemService::certificate_propagation, soon());
    FAIL();
  } catch (const StepFailure& failure) {
    EXPECT_EQ(failure.cause, "no-propagation-service");
    EXPECT_FALSE(failure.every_check);
  }
}

}  // namespace
}  // namespace smx::agent
