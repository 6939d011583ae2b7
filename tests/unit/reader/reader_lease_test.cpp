#include "vm/reader/reader_lease.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <future>
#include <thread>

#include "harness/core/error.h"

namespace smx::vm {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Lease : public testing::Test {
 protected:
  std::string complaint(const std::string& identity) {
    try {
      const ReaderLease lease(folder_.path() / "readers", identity, "run-2");
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::environment);
      return e.what();
    }
    return "";
  }
  TempDir folder_{std::filesystem::temp_directory_path(), "smx-l-"};
  std::filesystem::path leases_ = folder_.path() / "readers";
};

TEST_F(Lease, is_held_once_and_says_by_whom) {
  {
    const ReaderLease first(leases_, "usb a", "run-1");
    EXPECT_THAT(complaint("usb a"), AllOf(HasSubstr("run run-1 (process " + std::to_string(::getpid()) + ")"),
                                          HasSubstr("usb a"), HasSubstr("another reader")));
    EXPECT_EQ(complaint("usb b"), "");
    const auto held = current_leases(leases_);
    ASSERT_EQ(held.size(), 1u);
    EXPECT_EQ(held[0].identity, "usb a");
    EXPECT_EQ(held[0].run, "run-1");
    EXPECT_EQ(held[0].pid, ::getpid());
  }
  EXPECT_EQ(complaint("usb a"), "");
  EXPECT_THAT(current_leases(leases_), IsEmpty());
}

TEST_F(Lease, ends_with_the_process_that_held_it) {
  std::array<int, 2> ready{}, end{};
  ASSERT_EQ(::pipe(ready.data()), 0);
  ASSERT_EQ(::pipe(end.data()), 0);
  const auto child = ::fork();
  if (child == 0) {
    const ReaderLease lease(leases_, "pcsc Reader 0", "run-1");
    char byte = 0;
    (void)!::write(ready[1], &byte, 1);
    (void)!::read(end[0], &byte, 1);
    ::_exit(0);  // without destructors, as a process that dies
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_THAT(complaint("pcsc Reader 0"), HasSubstr("process " + std::to_string(child)));
  ASSERT_EQ(::write(end[1], &byte, 1), 1);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(std::filesystem::exists(leases_));
  EXPECT_THAT(current_leases(leases_), IsEmpty()) << "what the dead one left says nothing";
  EXPECT_EQ(complaint("pcsc Reader 0"), "");
}

TEST_F(Lease, whose_holder_left_nonsense_is_still_one) {
  const ReaderLease first(leases_, "usb a", "run-1");
  for (const auto& file : std::filesystem::directory_iterator(leases_))
    if (file.path().extension() == ".holder") write_file_atomically(file.path(), "{\"run\": [");
  EXPECT_THAT(complaint("usb a"), HasSubstr("another run"));
}

TEST_F(Lease, that_cannot_be_written_is_an_error_of_the_environment) {
  write_file_atomically(leases_, "");
  EXPECT_THAT(complaint("usb a"), HasSubstr("cannot be made"));
}

TEST_F(Lease, of_a_run_lets_one_session_in_at_a_time) {
  const CancelToken cancel;
  ReaderGate gate(leases_, "run-1", cancel);
  auto first = gate.enter("usb a");
  const auto other = gate.enter("usb b");
  std::atomic<bool> released{false};
  auto second = std::async(std::launch::async, [&] {
    const auto pass = gate.enter("usb a");
    return released.load();
  });
  EXPECT_EQ(second.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  released = true;
  first.reset();
  EXPECT_TRUE(second.get()) << "entered before the first one left";
  EXPECT_THAT(complaint("usb a"), HasSubstr("run-1")) << "the run keeps the reader between its boots";
}

TEST_F(Lease, of_a_run_wakes_who_waits_when_the_run_is_cancelled) {
  CancelToken cancel;
  ReaderGate gate(leases_, "run-1", cancel);
  const auto first = gate.enter("usb a");
  auto second = std::async(std::launch::async, [&] { gate.enter("usb a"); });
  cancel.cancel();
  EXPECT_THROW(second.get(), Cancelled);
}

TEST_F(Lease, of_a_run_is_refused_while_another_run_has_it) {
  const CancelToken cancel;
  ReaderGate one(leases_, "run-1", cancel), two(leases_, "run-2", cancel);
  one.lease("usb a");
  EXPECT_THROW(two.lease("usb a"), Error);
  EXPECT_THROW(two.enter("usb a"), Error);
  EXPECT_NO_THROW(one.enter("usb a"));
  EXPECT_NO_THROW(one.lease("usb a"));
}

}  // namespace
}  // namespace smx::vm
