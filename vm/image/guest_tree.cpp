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

// sh SCRIPT TREE, with the packages, one a line, as input.
constexpr const char* kUnpackTree = R"(set -eu
umask 022
mkdir -p "$1/usr"
cd "$1"
# One layout for every release: older packages bring /bin and /lib, newer ones only /usr.
for folder in bin sbin lib lib64; do
  mkdir "usr/$folder"
  ln -s "usr/$folder" "$folder"
done
while read -r deb; do
  dpkg-deb --fsys-tarfile "$deb" | tar -x --no-same-owner --keep-directory-symlink
done

# Nothing in the guest reads these.
rm -rf usr/share/doc usr/share/man usr/share/locale usr/share/lintian usr/share/info usr/share/bug \
  usr/share/bash-completion usr/share/zsh usr/share/gcc usr/share/gdb usr/share/applications \
  usr/lib/x86_64-linux-gnu/gconv usr/lib/systemd usr/lib/udev etc/init.d etc/default
)";

// sh SCRIPT TREE DISK MIB LABEL, with the folders to be added, one a line, as input. One script, because
// fakeroot remembers who owns what only as long as it runs.
constexpr const char* kMakeDisk = R"(set -eu
umask 022
root=$1 disk=$2 mib=$3 label=$4
cd "$root"

mkdir -p usr/local/bin lib/modules proc sys dev run tmp root var
chmod 1777 tmp
rm -rf var/run
ln -s /run var/run
bin/busybox --list-full | while read -r command; do
  [ -e "$command" ] || [ -h "$command" ] || ln -s /bin/busybox "$command"
done

while read -r additions; do
  tar -C "$additions" -c . | tar -x --no-same-owner --keep-directory-symlink
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
rm -f "$disk"
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

void check_programs(const TreeShape& shape) {
  for (const auto& entry : shape.programs) {
    const auto at = entry.find('=');
    require_program(entry.substr(0, at), entry.substr(at + 1));
  }
}

void unpack_guest_tree(const std::vector<std::filesystem::path>& packages, const TreeShape& shape,
                       const std::filesystem::path& tree, const CancelToken& cancel) {
  check_programs(shape);
  std::string input;
  for (const auto& package : packages) input += package.string() + "\n";
  run_script("unpacking the guest's packages", {"sh", "-c", kUnpackTree, "sh", tree.string()}, cancel,
             std::move(input));
  if (shape.script.empty()) return;
  run_script("shaping the guest's files",
             {"sh", "-c", "cd \"$1\" && eval \"$2\"", "sh", tree.string(), shape.script}, cancel);
}

void make_guest_disk(const GuestDisk& disk, const CancelToken& cancel) {
  require_program("mke2fs", "e2fsprogs");
  std::vector<std::string> argv{
      "sh",      "-c", kMakeDisk, "sh", disk.tree.string(), disk.disk.string(), std::to_string(disk.mib),
      disk.label};
  std::string input;
  for (const auto& folder : disk.additions) input += folder.string() + "\n";
  if (::geteuid() != 0) {
    require_program("fakeroot", "fakeroot");
    argv.insert(argv.begin(), {"fakeroot", "--"});
  }
  run_script("making the guest's disk", std::move(argv), cancel, std::move(input));
}

std::string guest_disk_recipe() {
  return std::string(kUnpackTree) + kMakeDisk;
}

void convert_to_qcow2(const std::filesystem::path& raw, const std::filesystem::path& qcow2,
                      const CancelToken& cancel) {
  require_program("qemu-img", "qemu-utils");
  run_script("converting the disk to qcow2",
             {"qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw.string(), qcow2.string()}, cancel);
}

}  // namespace smx::vm
