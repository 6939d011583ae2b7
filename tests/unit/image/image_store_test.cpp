#include "vm/image/image_store.h"

#include <gmock/gmock.h>

#include "harness/core/files.h"
#include "tests/unit/image/error_matcher.h"
#include "vm/image/guest_files.h"

namespace smx::vm {
namespace {

using test::error_of;
using testing::HasSubstr;

class Store : public testing::Test {
 protected:
  void put(const std::string& name, const std::string& key, int built) {
    const auto folder = store.folder(name, key);
    for (const auto* file : {"disk.qcow2", "vmlinux", "initrd"}) write_build_file(folder / file, file);
    Manifest manifest{name, key, "6.1", TimePoint(Milliseconds(built)), 1, 1, 1, {}};
    write_build_file(folder / "manifest.json", manifest_text(manifest));
  }
  TempDir temp{testing::TempDir(), "store-"};
  ImageStore store{temp.path() / "images"};
  const std::string a = "aaaaaaaaaaaaaaaa", b = "bbbbbbbbbbbbbbbb", c = "cccccccccccccccc";
};

TEST_F(Store, gives_the_image_that_was_built_last) {
  put("reference-linux", a, 1000);
  put("reference-linux", b, 3000);
  put("reference-linux", c, 2000);
  put("other", a, 9000);
  const auto image = store.newest("reference-linux");
  EXPECT_EQ(image.manifest.key, b);
  EXPECT_TRUE(image.disk().is_absolute());
  EXPECT_EQ(read_file(image.kernel()), "vmlinux");
}

TEST_F(Store, says_how_to_build_a_missing_image) {
  const auto message = error_of([&] { store.newest("reference-linux"); });
  EXPECT_THAT(message, HasSubstr("usage: "));
  EXPECT_THAT(message, HasSubstr("`safemode-matrix image build reference-linux`"));
  EXPECT_THAT(error_of([&] { store.newest("reference-wine"); }),
              HasSubstr("`safemode-matrix image build reference-wine`"));
}

TEST_F(Store, suggests_the_name_that_was_meant) {
  EXPECT_THAT(error_of([&] { store.newest("reference-linus"); }),
              HasSubstr("did you mean \"reference-linux\"?"));
  EXPECT_THAT(error_of([&] { store.newest("windows-11"); }), HasSubstr("image list"));
}

TEST_F(Store, passes_over_folders_that_hold_no_whole_image) {
  put("reference-linux", a, 1000);
  std::filesystem::remove(store.folder("reference-linux", a) / "initrd");
  put("reference-linux", b, 1000);
  write_build_file(store.folder("reference-linux", b) / "manifest.json", "{");
  put("reference-linux", c, 1000);
  std::filesystem::rename(store.folder("reference-linux", c), store.folder("reference-linux", ".building-x"));
  EXPECT_TRUE(store.list().empty());
  EXPECT_FALSE(store.has("reference-linux", a));
  EXPECT_FALSE(store.has("reference-linux", b));
}

TEST_F(Store, lists_by_name_and_newest_first) {
  put("reference-linux", a, 1000);
  put("reference-linux", b, 2000);
  put("another", c, 500);
  std::vector<std::string> keys;
  for (const auto& image : store.list()) keys.push_back(image.manifest.key);
  EXPECT_THAT(keys, testing::ElementsAre(c, b, a));
}

TEST_F(Store, removes_one_image_and_refuses_a_missing_one) {
  put("reference-linux", a, 1000);
  put("reference-linux", b, 1000);
  store.remove("reference-linux", a);
  EXPECT_FALSE(store.has("reference-linux", a));
  EXPECT_TRUE(store.has("reference-linux", b));
  EXPECT_THAT(error_of([&] { store.remove("reference-linux", a); }), HasSubstr("usage: there is no image"));
}

TEST_F(Store, removes_nothing_that_is_no_image) {
  put("reference-linux", a, 1000);
  EXPECT_THAT(error_of([&] { store.remove("reference-linux", ".."); }), HasSubstr("usage: "));
  EXPECT_THAT(error_of([&] { store.remove("..", "images"); }), HasSubstr("usage: "));
  EXPECT_TRUE(store.has("reference-linux", a));
}

}  // namespace
}  // namespace smx::vm
