#include <gtest/gtest.h>
#include <unistd.h>

#include "harness/core/files.h"
#include "tests/unit/card/card_testing.h"
#include "vm/card/file/card_lock.h"
#include "vm/card/file/file_card_store.h"
#include "vm/card/transport/vpcd_client.h"
#include "vm/card/transport/vsc_server.h"

// A card is in one reader at a time, and a card file is one card at a time.

namespace smx::vm {
namespace {

using namespace testing;

template <typename Act>
std::string error_of(Act act) {
  try {
    act();
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::usage);
    return e.what();
  }
  return "no error";
}

class OneReader : public ::testing::Test {
 protected:
  TempDir folder_{std::filesystem::temp_directory_path(), "reader-"};
  SmartCard card_{std::make_unique<MemoryCardStore>(quick_card())};
};

TEST_F(OneReader, is_all_that_a_card_can_be_in) {
  const CancelToken cancel;
  {
    const VscServer server(card_, folder_.path() / "a.sock");
    EXPECT_NE(error_of([&] { VscServer(card_, folder_.path() / "b.sock"); }).find("another reader"),
              std::string::npos);
    EXPECT_NE(error_of([&] { serve_vpcd(card_, "127.0.0.1", 1, cancel); }).find("another reader"),
              std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "b.sock"));
  }
  EXPECT_NO_THROW(VscServer(card_, folder_.path() / "b.sock")) << "taken out, it can go into the next";
}

TEST_F(OneReader, is_left_when_nobody_listens) {
  const CancelToken cancel;
  EXPECT_THROW(serve_vpcd(card_, "127.0.0.1", 1, cancel), Error);
  EXPECT_NO_THROW(VscServer(card_, folder_.path() / "a.sock"));
}

TEST_F(OneReader, has_a_card_file_to_itself) {
  const auto file = folder_.path() / "alice.card";
  FileCardStore(file).save(quick_card());
  const auto link = folder_.path() / "link.card";
  std::filesystem::create_symlink(file, link);
  {
    const CardLock lock(file, "served at /tmp/x.sock");
    const auto message = error_of([&] { CardLock(link, "served at vpcd:"); });
    EXPECT_NE(
        message.find("link.card is in use: served at /tmp/x.sock by process " + std::to_string(::getpid())),
        std::string::npos)
        << message;
    EXPECT_NO_THROW(FileCardStore(file).load()) << "reading needs no lock";
  }
  EXPECT_NO_THROW(CardLock(link, "served at vpcd:"));
  EXPECT_NE(error_of([&] { CardLock(folder_.path() / "none.card", ""); }).find("none.card"),
            std::string::npos);
}

}  // namespace
}  // namespace smx::vm
