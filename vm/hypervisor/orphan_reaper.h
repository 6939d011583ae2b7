#pragma once

#include <sys/types.h>

#include <memory>

// libvirt's QEMU processes are daemons: their parent exits at once, so they become orphans, and PID 1 may
// take seconds to reap them (in a container: for ever). libvirt waits for a process's end by asking whether
// its pid still exists, and a zombie's does: an unreaped one costs `virDomainDestroy` up to 80 s.
//
// So this process becomes the orphans' parent (PR_SET_CHILD_SUBREAPER) and reaps them: those, and nothing
// else. A child that this process started and waits for (libvirt by pid, Boost.Process by pid) is left
// alone; it is told from an orphan by its session:
//
//   started here, no setsid          session = this process's
//   started here, setsid             session = its own pid
//   orphan of a daemonizing parent   session = that parent's pid, and the parent is gone
//
// Orphans are looked for while a `Watch` lives, because nothing announces an adoption; each one found is held
// by a pidfd, which reports its end without any polling and can never mean another process.

namespace smx::vm {

class OrphanReaper {
 public:
  /// Makes this process a subreaper. Throws Error(environment) when the kernel refuses (pidfds need
  /// Linux 5.3).
  OrphanReaper();
  ~OrphanReaper();  ///< stops reaping; orphans that still live are left to PID 1
  OrphanReaper(const OrphanReaper&) = delete;
  OrphanReaper& operator=(const OrphanReaper&) = delete;

  /// While one lives, adopted orphans are looked for every few milliseconds; its end takes a last look.
  class Watch {
   public:
    explicit Watch(OrphanReaper& reaper);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    OrphanReaper& reaper_;
  };

  /// Sends SIGKILL to an orphan that this reaper holds, and blocks until it is reaped, at most two seconds.
  /// False when it holds none with this pid.
  bool kill_and_reap(pid_t pid);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace smx::vm
