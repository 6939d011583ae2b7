# Services, as functions: svc_start, svc_stop, svc_status NAME. Read by init and by /usr/sbin/svc.
#
# A service is a file /etc/services.d/NAME that sets `requires` and defines start, stop and running (its exit
# code is the answer). In a safe mode it starts only if /etc/safeboot/minimal or /etc/safeboot/network names it.
# What became of it is in /run/services/NAME: running, stopped, not-in-safeboot or failed.

# The model of Windows' ERROR_NOT_SAFEBOOT_SERVICE (1084), which is past what an exit code can hold.
not_safeboot_service=84

read -r mode </run/boot-mode

svc_known() {
  case $1 in
    "" | */* | order) ;;
    *) [ -f "/etc/services.d/$1" ] && return 0 ;;
  esac
  echo "svc: there is no service \"$1\"" >&2
  return 1
}

# Whether the boot mode lets the service start.
svc_allowed() {
  case $mode in
    normal) return 0 ;;
    safe-minimal) list=/etc/safeboot/minimal ;;
    safe-networking) list=/etc/safeboot/network ;;
    *) return 1 ;;
  esac
  while read -r line; do
    [ "$line" = "$1" ] && return 0
  done <$list
  return 1
}

svc_note() { echo "$2" >"/run/services/$1"; }

svc_start() {
  svc_known "$1" || return 2
  if ! svc_allowed "$1"; then
    svc_note "$1" not-in-safeboot
    echo "svc: $1 cannot be started in $mode: it is not on that mode's SafeBoot list" >&2
    return $not_safeboot_service
  fi
  requires=
  . "/etc/services.d/$1"
  for other in $requires; do
    # In a subshell: the other service's functions must not replace this one's.
    if ! (. "/etc/services.d/$other"; running) && ! (svc_start "$other"); then
      svc_note "$1" failed
      echo "svc: $1 failed: it requires $other" >&2
      return 1
    fi
  done
  if running || start; then
    svc_note "$1" running
  else
    svc_note "$1" failed
    echo "svc: $1 failed" >&2
    return 1
  fi
}

svc_stop() {
  svc_known "$1" || return 2
  . "/etc/services.d/$1"
  if running && ! stop; then
    echo "svc: $1 does not stop" >&2
    return 1
  fi
  if svc_allowed "$1"; then svc_note "$1" stopped; else svc_note "$1" not-in-safeboot; fi
}

svc_status() {
  svc_known "$1" || return 2
  . "/etc/services.d/$1"
  if running; then
    svc_note "$1" running
  elif ! svc_allowed "$1"; then
    svc_note "$1" not-in-safeboot
  else
    state=stopped
    [ -f "/run/services/$1" ] && read -r state <"/run/services/$1"
    # It was running and is gone without having been stopped.
    [ "$state" = running ] && state=failed
    svc_note "$1" "$state"
  fi
  cat "/run/services/$1"
}

# Whether the process whose id is in the file $1 is alive, and not just not reaped yet; no fork.
alive() {
  pid= state=
  [ -f "$1" ] && read -r pid <"$1"
  [ -n "$pid" ] && [ -f "/proc/$pid/stat" ] && read -r _ _ state _ <"/proc/$pid/stat"
  [ -n "$state" ] && [ "$state" != Z ]
}

# Waits until the command in $2... succeeds, asking every 20 ms at most $1 times.
await() {
  left=$1
  shift
  while ! "$@"; do
    left=$((left - 1))
    [ $left -gt 0 ] || return 1
    usleep 20000
  done
}

# Loads kernel modules in the order given; those that are loaded already are left alone.
load() {
  for module in "$@"; do
    [ -d "/sys/module/$module" ] || insmod "/lib/modules/$module.ko" || return 1
  done
}
