#include "vm/hypervisor/libvirt_error.h"

#include <gmock/gmock.h>

#include "vm/hypervisor/libvirt_hypervisor.h"

namespace smx::vm {
namespace {

using ::testing::HasSubstr;

std::string text(const std::string& message, int code = 1) {
  return explain({code, 0, message}, "start the machine smx-1").what();
}

TEST(LibvirtError, names_the_machine_and_libvirts_reason) {
  EXPECT_EQ(text("it rains"), "cannot start the machine smx-1: it rains");
}

TEST(LibvirtError, says_what_to_install_or_change) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"no connection driver available for qemu:///embed", "libvirt-daemon-driver-qemu"},
      {"invalid argument: Failed to parse user 'libvirt-qemu'", "adduser --system"},
      {"Failed to connect socket to '/var/run/libvirt/libvirt-sock': No such file", "start libvirtd"},
      {"Cannot find suitable emulator for x86_64", "qemu-system-x86"},
      {"-chardev socket,path=/r/card.sock: Failed to connect to '/r/card.sock': Connection refused",
       "no process listens"},
      {"unable to write: No space left on device", "free some space"},
      {"Could not access KVM kernel module: Permission denied", "group kvm"},
      {"UNIX socket path '/x' too long", "SMX_RUNTIME_DIR"},
      {"cannot open '/x': Permission denied", "owns the files"},
      {"qemu: cannot set up guest memory 'pc.ram': Cannot allocate memory", "memory"},
      {"Cannot open embedded driver at path '/a', already open with path '/b'", "one root per process"},
      {"operation failed: domain 'smx-1' already exists with uuid 1", "is running"},
  };
  for (const auto& [message, advice] : cases) EXPECT_THAT(text(message), HasSubstr(advice)) << message;
}

TEST(LibvirtError, is_the_hosts_trouble_unless_we_wrote_nonsense) {
  EXPECT_EQ(explain({38, 0, "x"}, "y").kind(), ErrorKind::environment);
  EXPECT_EQ(explain({27, 0, "(domain_definition):1: bad"}, "y").kind(),
            ErrorKind::internal);  // VIR_ERR_XML_ERROR
}

TEST(LibvirtError, of_several_lines_becomes_one) {
  EXPECT_THAT(text("a\nb\n"), ::testing::EndsWith("a b"));
}

TEST(Uri, may_be_one_of_the_three_local_ones) {
  for (const char* uri : {"qemu:///embed", "qemu:///system", "qemu:///session"})
    EXPECT_NO_THROW(check_uri(uri)) << uri;
}

TEST(Uri, of_another_host_is_refused_with_the_way_to_use_several) {
  for (const char* uri : {"qemu+ssh://host/system", "qemu+tcp://h/system", "qemu:///embed?root=/x",
                          "xen:///system", "test:///default", "", "qemu:///System", "qemu+unix:///system"}) {
    try {
      check_uri(uri);
      ADD_FAILURE() << uri;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      EXPECT_THAT(error.what(), HasSubstr("shards"));
      EXPECT_THAT(error.what(), HasSubstr("merge"));
    }
  }
}

TEST(Acceleration, has_three_words) {
  EXPECT_EQ(parse_acceleration("auto"), Acceleration::automatic);
  EXPECT_EQ(parse_acceleration("kvm"), Acceleration::kvm);
  EXPECT_EQ(parse_acceleration("tcg"), Acceleration::tcg);
  EXPECT_FALSE(parse_acceleration("KVM"));
}

}  // namespace
}  // namespace smx::vm
