#include "vm/image/guest_tree.h"

#include <fmt/core.h>
#include <unistd.h>

#include "harness/core/error.h"
#include "harness/core/process.h"
#include "harness/core/text.h"

namespace smx::vm {
namespace {

using namespace std::chrono_literals;

// sh SCRIPT DEB INTO WILDCARD...
constexpr const char* kUnpackKernel = R"(set -eu
deb=$1 into=$2
shift 2
mkdir "$into"
dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$into" --wildcards "$@"
)";

// sh SCRIPT SCRATCH DISK MIB LABEL, with the packages and then the folders to be added, one a line, as input.
// One script, because fakeroot remembers who owns what only as long as it runs.
constexpr const char* kMakeDisk = R"(set -eu
umask 022
root=$1 disk=$2 mib=$3 label=$4
mkdir "$root"
while read -r deb && [ -n "$deb" ]; do
  dpkg-deb --extract "$deb" "$root"
done
cd "$root"

# Nothing in the guest reads these.
rm -rf usr/share/doc usr/share/man usr/share/locale usr/share/lintian usr/share/info usr/share/bug \
  usr/share/bash-completion usr/share/zsh usr/share/gcc usr/share/gdb usr/share/applications \
  usr/lib/x86_64-linux-gnu/gconv usr/lib/systemd lib/systemd lib/udev etc/init.d etc/default

mkdir -p bin sbin usr/bin usr/sbin usr/local/bin lib/modules proc sys dev run tmp root var
chmod 1777 tmp
rm -rf var/run
ln -s /run var/run
bin/busybox --list-full | while read -r command; do
  [ -e "$command" ] || [ -h "$command" ] || ln -s /bin/busybox "$command"
done

while read -r additions; do
  cp -R "$additions/." .
done
chown -R 0:0 .

# A change of owner takes the bit away by which it becomes root.
[ ! -e usr/bin/sudo ] || chmod 4755 usr/bin/sudo
chmod 440 etc/sudoers
chmod 600 etc/shadow
while IFS=: read -r name _ uid gid _ home _; do
  mkdir -p ".$home"
  chmod 700 ".$home"
  chown "$uid:$gid" ".$home"
done <etc/passwd

# No journal and no checksums: overlays are thrown away, and both cost the guest time. Inode tables are written
# now, or the guest would do it in the background of each boot.
truncate -s "${mib}M" "$disk"
mke2fs -q -t ext4 -O ^has_journal,^metadata_csum -i 32768 -m 0 -E lazy_itable_init=0,root_owner=0:0 \
  -L "$label" -d . "$disk"
)";

void run_script(const std::string& what, std::vector<std::string> argv, const CancelToken& cancel,
                std::string input = {}) {
  Command command;
  command.argv = std::move(argv);
  command.input = std::move(input);
  // mke2fs lives in sbin, which an ordinary user's PATH often lacks.
  command.env = {{"PATH", "/usr/sbin:/usr/bin:/sbin:/bin"}, {"LC_ALL", "C"}};
  command.time_limit = 5min;
  const auto result = run_command(command, cancel);
  if (result.ok()) return;
  throw Error(ErrorKind::environment, fmt::format("{} failed: {}", what,
                                                  result.timed_out ? "it took longer than five minutes"
                                                                   : sanitize_guest_text(result.err, 1000)));
}

void require_program(const std::string& program, const std::string& package) {
  if (!find_program(program))
    throw Error(
        ErrorKind::environment,
        fmt::format("building the image needs the program \"{}\"; install the package {}", program, package));
}

}  // namespace

void unpack_kernel_package(const std::filesystem::path& deb, const std::filesystem::path& into,
                           const std::vector<std::string>& modules, const CancelToken& cancel) {
  require_program("tar", "tar");
  std::vector<std::string> argv{"sh",         "-c",          kUnpackKernel,     "sh",
                                deb.string(), into.string(), "*/boot/vmlinuz-*"};
  for (auto name : modules) {
    // A file's name may have "-" where the kernel says "_".
    for (auto& c : name)
      if (c == '_') c = '?';
    argv.push_back("*/" + name + ".ko");
  }
  run_script("unpacking " + deb.filename().string(), std::move(argv), cancel);
}

void make_guest_disk(const GuestTree& tree, const CancelToken& cancel) {
  require_program("mke2fs", "e2fsprogs");
  std::vector<std::string> argv{"sh",
                                "-c",
                                kMakeDisk,
                                "sh",
                                tree.scratch.string(),
                                tree.disk.string(),
                                std::to_string(tree.disk_mib),
                                tree.label};
  std::string input;
  for (const auto& package : tree.packages) input += package.string() + "\n";
  input += "\n";
  for (const auto& folder : tree.additions) input += folder.string() + "\n";
  if (::geteuid() != 0) {
    require_program("fakeroot", "fakeroot");
    argv.insert(argv.begin(), {"fakeroot", "--"});
  }
  run_script("making the guest's disk", std::move(argv), cancel, std::move(input));
}

std::string guest_disk_recipe() {
  return kMakeDisk;
}

void convert_to_qcow2(const std::filesystem::path& raw, const std::filesystem::path& qcow2,
                      const CancelToken& cancel) {
  require_program("qemu-img", "qemu-utils");
  run_script("converting the disk to qcow2",
             {"qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw.string(), qcow2.string()}, cancel);
}

}  // namespace smx::vm
