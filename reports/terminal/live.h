#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <ostream>
#include <thread>

#include "harness/core/model/judgement.h"
#include "harness/core/model/plan.h"
#include "harness/core/model/run_record.h"
#include "harness/core/types.h"
#include "reports/common/grid.h"
#include "reports/terminal/matrix.h"
#include "reports/terminal/progress_listener.h"
#include "reports/terminal/style.h"

namespace smx {

struct TerminalSize {
  std::size_t columns = 80, rows = 24;
};

/// A matrix that fills in, drawn in place:
///
///     nightly   7 of 15 cells   0:42
///                             normal  safe-networking  safe-minimal
///      6 Smart card PIN ma…     ✓            ✓              ✗
///     ...
///     > reference-linux/safe-minimal/virtual   boot 1   device-management
///
/// The size is asked for at every drawing, so a resized window is right at the next one; in a window too low
/// for the scenarios each group is one line. When the run ends, or this object does, the picture goes (end)
/// or stays as it last was (destroyed before the end). Thread-safe.
class LiveMatrix : public Progress {
 public:
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct Terminal {
    std::ostream& out;
    TerminalStyle style;  ///< `columns` is taken from `size`
    std::function<TerminalSize()> size;
    std::function<SteadyTime()> now;
  };

  explicit LiveMatrix(Terminal terminal);
  ~LiveMatrix() override;

  void run_started(const RunRecord& record, bool resumed) override;
  void boot_started(const BootGroup& group, int number) override;
  void boot_phase(const BootGroup& group, const std::string& phase) override;
  void attempt_started(const BootGroup& group, const Attempt& attempt) override;
  void attempt_ended(const BootGroup& group, const Attempt& attempt) override;
  void boot_ended(const BootGroup& group, const Boot& boot) override;
  void run_ended(const RunRecord& record, const Judgement& judgement) override;

  /// Draws again, for the elapsed time and a new size of the window.
  void refresh();
  /// Above the picture.
  void note(const std::string& text) override;

 private:
  struct Field {
    Mark expected = Mark::unknown;
    bool covered = false, running = false, retried = false;
    std::optional<Outcome> outcome;
  };
  struct Activity {
    int boot = 1;
    std::string what;
    bool running = false;
  };

  void take(const Attempt& attempt);
  void changed();
  void draw();
  void erase();
  std::size_t drawn_rows() const;
  std::vector<std::string> lines(const TerminalSize& size) const;
  std::vector<std::string> group_lines(const TerminalStyle& style, std::size_t most) const;
  std::vector<std::string> activity_lines(const TerminalStyle& style, std::size_t most) const;
  std::string title() const;
  FieldLook look(std::size_t cell) const;

  Terminal terminal_;
  std::mutex mutex_;
  std::string name_;
  std::optional<Grid> grid_;
  std::vector<BootGroup> groups_;
  std::vector<Field> fields_;
  std::map<CellId, std::size_t> cell_of_;
  std::map<std::string, Activity> activities_;
  SteadyTime started_{}, drawn_at_{};
  std::vector<std::size_t> drawn_;  // widths of the lines on the screen
};

/// Refreshes a LiveMatrix from a thread of its own for as long as it lives.
class LiveTicker {
 public:
  LiveTicker(LiveMatrix& matrix, std::chrono::milliseconds every);
  ~LiveTicker();
  LiveTicker(const LiveTicker&) = delete;
  LiveTicker& operator=(const LiveTicker&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace smx
