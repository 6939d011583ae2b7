#include "vm/image/preparing_boot.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "harness/core/files.h"
#include "tests/unit/image/error_matcher.h"
#include "vm/image/guest_files.h"

namespace smx::vm {
namespace {

using test::error_of;
using testing::HasSubstr;

/// A QEMU in front of PATH that is a shell script: $console and $archive are the files it was given.
class PreparingBootTest : public testing::Test {
 protected:
  PreparingBootTest() {
    const char* path = std::getenv("PATH");
    old_path_ = path ? path : "";
    ::setenv("PATH", ((temp_.path() / "bin").string() + ":" + old_path_).c_str(), 1);
    std::filesystem::create_directory(temp_.path() / "result");
  }
  ~PreparingBootTest() override { ::setenv("PATH", old_path_.c_str(), 1); }

  void qemu(const std::string& script) {
    write_build_file(temp_.path() / "bin/qemu-system-x86_64",
                     "#!/bin/sh\nconsole=" + (temp_.path() / "prepare-console.log").string() +
                         " archive=" + (temp_.path() / "prepared.tar").string() + "\n" + script + "\n",
                     true);
  }
  void boot(Milliseconds limit = Milliseconds(20000)) {
    boot_to_prepare({.kernel = "/k",
                     .initrd = "/i",
                     .disk = temp_.path() / "disk.raw",
                     .work = temp_.path(),
                     .result = temp_.path() / "result",
                     .limit = limit},
                    cancel_);
  }

  TempDir temp_{testing::TempDir(), "prepare-"};
  std::string old_path_;
  CancelToken cancel_;
};

TEST_F(PreparingBootTest, unpacks_what_the_guest_wrote_onto_its_second_disk) {
  qemu("echo \"$*\" >" + (temp_.path() / "arguments").string() +
       "\nmkdir -p /tmp/$$/var && echo made >/tmp/$$/var/it\n"
       "tar -c -C /tmp/$$ var | dd of=$archive conv=notrunc 2>/dev/null; rm -r /tmp/$$\n"
       "printf 'noise\\ninit: prepared\\n' >$console");
  boot();
  EXPECT_EQ(read_file(temp_.path() / "result/var/it"), "made\n");
  const auto arguments = read_file(temp_.path() / "arguments");
  EXPECT_THAT(arguments, HasSubstr(" prepare -drive"));
  EXPECT_THAT(arguments, HasSubstr("accel=tcg"));
}

TEST_F(PreparingBootTest, that_does_not_say_that_it_is_done_fails_with_its_console) {
  qemu("echo 'prepare: Wine made no system.reg' >$console");
  const auto message = error_of([&] { boot(); });
  EXPECT_THAT(message,
              HasSubstr("environment: the image could not finish itself: it ended without being done"));
  EXPECT_THAT(message, HasSubstr("Wine made no system.reg"));
  EXPECT_TRUE(std::filesystem::is_empty(temp_.path() / "result"));
}

TEST_F(PreparingBootTest, whose_qemu_fails_fails_even_if_the_guest_was_done) {
  qemu("echo 'init: prepared' >$console; echo 'disk is full' >&2; exit 1");
  EXPECT_THAT(error_of([&] { boot(); }), HasSubstr("QEMU ended with 1: disk is full"));
}

TEST_F(PreparingBootTest, that_takes_too_long_is_ended) {
  qemu("echo 'wineboot hangs' >$console; exec sleep 600");
  const auto message = error_of([&] { boot(Milliseconds(1000)); });
  EXPECT_THAT(message, HasSubstr("it was not done after 1 s"));
  EXPECT_THAT(message, HasSubstr("wineboot hangs"));
}

TEST_F(PreparingBootTest, whose_archive_is_none_fails) {
  qemu(
      "printf 'this is no archive, not even nearly' | dd of=$archive conv=notrunc 2>/dev/null\n"
      "echo 'init: prepared' >$console");
  EXPECT_THAT(error_of([&] { boot(); }), HasSubstr("cannot be unpacked"));
}

TEST_F(PreparingBootTest, can_be_cancelled) {
  qemu("exec sleep 600");
  cancel_.cancel();
  EXPECT_THROW(boot(), Cancelled);
}

}  // namespace
}  // namespace smx::vm
