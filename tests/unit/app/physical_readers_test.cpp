#include "harness/app/physical_readers.h"

#include <gmock/gmock.h>

#include "harness/core/error.h"
#include "tests/unit/plan/samples.h"
#include "tests/unit/reader/usb_tree.h"

namespace smx::app {
namespace {

using testing::HasSubstr;

class PhysicalReaders : public testing::Test {
 protected:
  PhysicalReaders() {
    sample_.matrix.readers = {{"usb", ReaderKind::usb_passthrough, "piv", ""}};
    sample_.matrix.scenarios = {"certutil-scinfo"};
    for (auto& s : sample_.catalogue.scenarios) s.credentials = {"pin"};
  }
  PlanSample sample_;
  TempDir dir_{std::filesystem::temp_directory_path(), "smx-pr-"};
};

TEST_F(PhysicalReaders, are_entries_of_the_record_or_refused_with_their_place) {
  const vm::UsbTree tree;
  const CancelToken cancel;
  vm::ReaderGate gate(tree.path() / "leases", "run-1", cancel);
  vm::UsbPassthroughProvider usb(gate, {}, tree.places());
  sample_.matrix.file = (dir_.path() / "m.json").string();
  write_file_atomically(sample_.matrix.file, R"({"format": 1,
    "readers": [{"kind": "usb-passthrough"}]})");
  RunRecord record;
  record.plan = sample_.plan();
  try {
    prepare_usb_readers(record.plan, usb);
    FAIL() << "there is no reader";
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::environment);
    EXPECT_THAT(e.what(), HasSubstr("m.json:2:17"));
  }
  tree.add({});
  const auto entries = prepare_usb_readers(record.plan, usb);
  EXPECT_EQ(entries.at("reader.usb"), "Gemalto USB Reader (08e6:3437, port 1-2)");
  EXPECT_EQ(vm::current_leases(tree.path() / "leases").size(), 1u);
}

}  // namespace
}  // namespace smx::app
