#include "vm/pcsc/host_readers.h"

#include <gmock/gmock.h>

#include "harness/core/error.h"

namespace smx::vm {
namespace {

using ::testing::HasSubstr;

const HostReader kAlice{"ACME Reader (ALICE) 00 00", true, false, false, {}};
const HostReader kBob{"ACME Reader (BOB) 01 00", false, false, false, {}};

std::string error(const std::vector<HostReader>& readers, const std::string& device) {
  try {
    choose_host_reader(readers, device);
    return "none";
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::environment);
    return e.what();
  }
}

TEST(ChooseHostReader, takes_a_name_or_part_of_one) {
  EXPECT_EQ(choose_host_reader({kAlice, kBob}, kBob.name).name, kBob.name);
  EXPECT_EQ(choose_host_reader({kAlice, kBob}, "bob").name, kBob.name);
}

TEST(ChooseHostReader, takes_the_whole_name_though_it_is_part_of_another) {
  const HostReader longer{kAlice.name + "1", true, false, false, {}};
  EXPECT_EQ(choose_host_reader({longer, kAlice}, kAlice.name).name, kAlice.name);
}

TEST(ChooseHostReader, takes_the_only_one_or_the_only_one_with_a_card) {
  EXPECT_EQ(choose_host_reader({kBob}, "").name, kBob.name);
  EXPECT_EQ(choose_host_reader({kBob, kAlice}, "").name, kAlice.name);
}

TEST(ChooseHostReader, names_what_there_is_when_it_cannot_choose) {
  EXPECT_THAT(error({}, "x"), HasSubstr("sees no reader"));
  EXPECT_THAT(error({kBob, kBob}, ""), HasSubstr("say which one"));
  EXPECT_THAT(error({kAlice, kBob}, "acme"), HasSubstr("2 readers of this host fit"));
  const auto none = error({kAlice, kBob}, "ACME Reader (ALICA) 00 00");
  EXPECT_THAT(none, HasSubstr("did you mean \"" + kAlice.name + "\"?"));
  EXPECT_THAT(none, HasSubstr(kBob.name));
}

}  // namespace
}  // namespace smx::vm
