#include "harness/core/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "harness/core/error.h"

namespace smx {
namespace {

class Files : public testing::Test {
 protected:
  TempDir dir{std::filesystem::temp_directory_path(), "smx-test-"};
};

TEST_F(Files, write_atomically_replaces_the_whole_content_and_leaves_nothing_else) {
  const auto path = dir.path() / "f";
  write_file_atomically(path, "first, and longer");
  write_file_atomically(path, "second", 0600);
  EXPECT_EQ(read_file(path), "second");
  struct stat st {};
  ASSERT_EQ(::stat(path.c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 0777, 0600u);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir.path()), {}), 1);
}

TEST_F(Files, write_atomically_names_the_file_and_the_reason) {
  try {
    write_file_atomically(dir.path() / "absent" / "f", "x");
    FAIL() << "wrote into a folder that is not there";
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::environment);
    EXPECT_NE(std::string(e.what()).find("absent/f cannot be written: No such file"), std::string::npos)
        << e.what();
  }
}

TEST_F(Files, read_refuses_a_file_over_the_limit_and_a_missing_one) {
  write_file_atomically(dir.path() / "f", "12345");
  EXPECT_EQ(read_file(dir.path() / "f", 5), "12345");
  EXPECT_THROW(read_file(dir.path() / "f", 4), Error);
  EXPECT_THROW(read_file(dir.path() / "absent"), Error);
  EXPECT_THROW(read_file(dir.path()), Error);
}

TEST_F(Files, sha256_is_the_same_of_bytes_and_of_a_file) {
  write_file_atomically(dir.path() / "f", "abc");
  // FIPS 180-2, appendix B.1
  constexpr auto kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  EXPECT_EQ(sha256_hex("abc"), kAbc);
  EXPECT_EQ(sha256_file(dir.path() / "f"), kAbc);
}

TEST_F(Files, lock_is_refused_while_held_and_free_once_its_owner_is_gone) {
  const auto path = dir.path() / "lock";
  auto held = FileLock::try_take(path);
  ASSERT_NE(held, nullptr);
  EXPECT_EQ(FileLock::try_take(path), nullptr);
  held.reset();
  EXPECT_NE(FileLock::try_take(path), nullptr);
}

TEST_F(Files, lock_that_is_waited_for_comes_when_the_other_goes) {
  const auto path = dir.path() / "lock";
  auto held = FileLock::try_take(path);
  std::atomic<bool> let_go = false;
  std::jthread waiter([&] {
    const auto lock = FileLock::wait_for(path);
    EXPECT_TRUE(lock && let_go);
  });
  let_go = true;
  held.reset();
}

TEST_F(Files, lock_is_not_waited_for_on_a_file_that_is_not_there) {
  EXPECT_EQ(FileLock::wait_for(dir.path() / "absent"), nullptr);
  EXPECT_FALSE(std::filesystem::exists(dir.path() / "absent"));
}

TEST_F(Files, runtime_home_refuses_a_folder_that_others_can_write_to) {
  const auto open = dir.path() / "open";
  std::filesystem::create_directory(open);
  std::filesystem::permissions(open, std::filesystem::perms::all);
  ASSERT_EQ(::setenv("SMX_RUNTIME_DIR", open.c_str(), 1), 0);
  EXPECT_THROW(runtime_home(), Error);
  std::filesystem::permissions(open, std::filesystem::perms::owner_all);
  EXPECT_EQ(runtime_home(), open);
  ::unsetenv("SMX_RUNTIME_DIR");
}

TEST(TempDir, is_gone_with_its_content) {
  std::filesystem::path path;
  {
    const TempDir dir(std::filesystem::temp_directory_path(), "smx-test-");
    path = dir.path();
    write_file_atomically(path / "f", "x");
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace smx
