# Shared by the scripts; sourced, not run.

say() { printf '\n\033[1m%s\033[0m\n' "$*" | if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then cat; else sed 's/\x1b\[[0-9;]*m//g'; fi; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 3; }

# What Debian 12 packages are needed to build, to run, to test.
packages_build="g++ cmake ninja-build ccache pkg-config
  libvirt-dev libboost1.81-dev nlohmann-json3-dev libcli11-dev libpugixml-dev libfmt-dev libssl-dev
  zlib1g-dev libsqlitecpp-dev libsqlite3-dev libpcsclite-dev libctemplate-dev liblzma-dev
  libkrb5-dev libcpp-httplib-dev libpng-dev libhivex-dev libnbd-dev libp11-dev"
packages_windows="g++-mingw-w64-x86-64-posix g++-mingw-w64-i686-posix libz-mingw-w64-dev binutils-mingw-w64-x86-64"
packages_run="libvirt-daemon-driver-qemu qemu-system-x86 qemu-utils e2fsprogs fakeroot cpio kmod
  krb5-kdc krb5-admin-server krb5-pkinit ovmf mtools ntfs-3g"
packages_test="libgtest-dev libgmock-dev googletest libbenchmark-dev libvalijson-dev opensc opensc-pkcs11 pcscd libccid
  vsmartcard-vpcd openssl libengine-pkcs11-openssl clang-format git krb5-user curl iproute2 procps util-linux dosfstools
  python3-html5lib python3-yaml libxml2-utils cmark-gfm shellcheck softhsm2 jq poppler-utils weasyprint fonts-dejavu-core
  man-db dpkg-dev file python3"
packages_package="dpkg-dev file"
packages_fuzz="clang-14 libclang-rt-14-dev"
packages_lint="clang-tidy clang-format shellcheck git python3"

# Installs what is missing of the named sets; asks the network only when something is.
install_packages() {
  local missing=() package set
  command -v apt-get >/dev/null || die "this script installs Debian packages, and there is no apt-get here; see scripts/lib.sh for what is needed"
  for set in "$@"; do
    set="packages_$set"
    for package in ${!set}; do
      [ "$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null)" = "install ok installed" ] || missing+=("$package")
    done
  done
  [ ${#missing[@]} -gt 0 ] || { echo "all packages are there"; return 0; }
  echo "installing ${#missing[@]} packages: ${missing[*]}"
  local root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die "not root, and no sudo; as root: apt-get install ${missing[*]}"
    root=(sudo)
  fi
  "${root[@]}" apt-get update -qq
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
}

# As root, libvirt's QEMU driver refuses to start without this user, even when guests run as another user;
# only libvirt-daemon-system makes it, which would bring a daemon along.
make_libvirt_user() {
  [ "$(id -u)" = 0 ] || return 0
  getent passwd libvirt-qemu >/dev/null && getent group libvirt-qemu >/dev/null && return 0
  echo "making the system user libvirt-qemu, which libvirt asks for"
  useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin libvirt-qemu
}

# Configures (only when needed) and builds a preset; further arguments are targets.
build_preset() {
  local preset=$1; shift
  [ -f "build/$preset/build.ninja" ] || cmake --preset "$preset" >/dev/null
  NINJA_STATUS='[%f/%t, %es] ' cmake --build --preset "$preset" ${1:+--target "$@"}
}
