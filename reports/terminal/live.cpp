#include "reports/terminal/live.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/verdict/judge.h"

namespace smx {
namespace {

constexpr auto kLeastPause = std::chrono::milliseconds(40);  // a storm of events is one picture

std::string clock_words(std::chrono::steady_clock::duration d) {
  const auto s = std::chrono::duration_cast<std::chrono::seconds>(d).count();
  return s < 3600 ? fmt::format("{}:{:02}", s / 60, s % 60)
                  : fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

/// Columns a line takes on the screen, its colour sequences not counted.
std::size_t visible_width(std::string_view line) {
  std::string plain;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\x1b')
      i = std::min(line.find('m', i), line.size());
    else
      plain += line[i];
  }
  return display_width(plain);
}

}  // namespace

LiveMatrix::LiveMatrix(Terminal terminal) : terminal_(std::move(terminal)) {}

LiveMatrix::~LiveMatrix() = default;

void LiveMatrix::run_started(const RunRecord& record, bool) {
  const std::lock_guard lock(mutex_);
  const auto& plan = record.plan;
  name_ = terminal_line(plan.matrix.name, terminal_.style);
  grid_.emplace(plan);
  groups_ = plan.groups;
  fields_.assign(plan.cells.size(), {});
  for (std::size_t i = 0; i < plan.cells.size(); ++i) {
    const auto& cell = plan.cells[i];
    cell_of_[cell.id] = i;
    fields_[i].covered = cell.not_covered.empty();
    fields_[i].expected = verdict::expectation(plan, cell, {}).mark;
  }
  for (const auto& attempt : record.attempts) take(attempt);
  started_ = terminal_.now();
  draw();
}

void LiveMatrix::boot_started(const BootGroup& group, int number) {
  const std::lock_guard lock(mutex_);
  activities_[group.id] = {number, "", true};
  changed();
}

void LiveMatrix::boot_phase(const BootGroup& group, const std::string& phase) {
  const std::lock_guard lock(mutex_);
  activities_[group.id].what = terminal_line(phase, terminal_.style);
  changed();
}

void LiveMatrix::attempt_started(const BootGroup& group, const Attempt& attempt) {
  const std::lock_guard lock(mutex_);
  activities_[group.id].what = terminal_line(attempt.cell.scenario, terminal_.style) +
                               (attempt.number > 1 ? fmt::format(", attempt {}", attempt.number) : "");
  if (const auto cell = cell_of_.find(attempt.cell); cell != cell_of_.end())
    fields_[cell->second].running = true;
  changed();
}

void LiveMatrix::take(const Attempt& attempt) {
  const auto cell = cell_of_.find(attempt.cell);
  if (cell == cell_of_.end()) return;
  auto& field = fields_[cell->second];
  field.running = false;
  field.retried = field.outcome.has_value();
  field.outcome = attempt.observation.outcome;
}

void LiveMatrix::attempt_ended(const BootGroup&, const Attempt& attempt) {
  const std::lock_guard lock(mutex_);
  take(attempt);
  changed();
}

void LiveMatrix::boot_ended(const BootGroup& group, const Boot&) {
  const std::lock_guard lock(mutex_);
  activities_.erase(group.id);
  changed();
}

void LiveMatrix::run_ended(const RunRecord&, const Judgement&) {
  const std::lock_guard lock(mutex_);
  erase();
  terminal_.out << std::flush;
  grid_.reset();
}

void LiveMatrix::refresh() {
  const std::lock_guard lock(mutex_);
  draw();
}

void LiveMatrix::note(const std::string& text) {
  const std::lock_guard lock(mutex_);
  erase();
  terminal_.out << terminal_line(text, terminal_.style) << "\n";
  draw();
}

void LiveMatrix::changed() {
  if (terminal_.now() - drawn_at_ >= kLeastPause) draw();
}

/// Rows of the screen that the picture takes; a window that became narrower has wrapped its lines.
std::size_t LiveMatrix::drawn_rows() const {
  const auto columns = std::max<std::size_t>(terminal_.size().columns, 1);
  std::size_t rows = 0;
  for (const auto width : drawn_) rows += std::max<std::size_t>((width + columns - 1) / columns, 1);
  return rows;
}

// Lines are overwritten and their ends erased: nothing flickers, and tmux, which keeps a copy of the screen
// in its history whenever "erase below" (ED 0) comes at the top left corner, gets none to keep.
void LiveMatrix::erase() {
  const auto rows = drawn_rows();
  if (rows == 0) return;
  const auto up = fmt::format("\r\x1b[{}A", rows);
  terminal_.out << up;
  for (std::size_t i = 0; i < rows; ++i) terminal_.out << "\x1b[K\n";
  terminal_.out << up;
  drawn_.clear();
}

void LiveMatrix::draw() {
  if (!grid_) return;
  const auto picture = lines(terminal_.size());
  if (const auto rows = drawn_rows(); rows > 0) terminal_.out << fmt::format("\r\x1b[{}A", rows);
  drawn_.clear();
  for (const auto& line : picture) {
    terminal_.out << line << "\x1b[K\n";
    drawn_.push_back(visible_width(line));
  }
  terminal_.out << "\x1b[J" << std::flush;
  drawn_at_ = terminal_.now();
}

std::vector<std::string> LiveMatrix::lines(const TerminalSize& size) const {
  auto style = terminal_.style;
  // One column less than the window: a full line would leave the cursor in a state terminals differ on.
  style.columns = size.columns > 1 ? size.columns - 1 : 1;
  const auto most = size.rows > 3 ? size.rows - 2 : 1;
  std::vector<std::string> all{cut(title(), style.columns, style)};
  auto matrix = draw_matrix(*grid_, style, [this](std::size_t cell) { return look(cell); });
  const auto running = activity_lines(style, most);
  const bool low = 1 + matrix.size() + running.size() > most;
  if (low) matrix = group_lines(style, most > 1 ? most - 1 : 1);
  all.insert(all.end(), matrix.begin(), matrix.end());
  if (!low) all.insert(all.end(), running.begin(), running.end());
  for (auto& line : all)
    if (visible_width(line) > style.columns) line = cut(line, style.columns, style);
  return all;
}

std::string LiveMatrix::title() const {
  std::size_t covered = 0, done = 0;
  for (const auto& field : fields_) covered += field.covered, done += field.covered && field.outcome;
  return fmt::format("{}   {} of {} cells   {}", name_, done, covered,
                     clock_words(terminal_.now() - started_));
}

FieldLook LiveMatrix::look(std::size_t cell) const {
  const auto& field = fields_[cell];
  const auto& style = terminal_.style;
  if (!field.covered) return {symbol(appearance(Verdict::not_covered), style), Tone::neutral};
  if (field.running) return {style.unicode ? "▸" : ">", Tone::caution};
  if (!field.outcome) return {style.unicode ? "□" : "_", Tone::neutral};
  const auto shown = appearance(*field.outcome, field.expected);
  return {symbol(shown, style) + (field.retried && *field.outcome == Outcome::passed ? "~" : ""), shown.tone};
}

std::vector<std::string> LiveMatrix::activity_lines(const TerminalStyle& style, std::size_t most) const {
  std::vector<std::string> all;
  for (const auto& [group, activity] : activities_)
    if (all.size() < most)
      all.push_back(cut(fmt::format("{} {}   boot {}   {}", style.unicode ? "▸" : ">",
                                    terminal_line(group, style), activity.boot, activity.what),
                        style.columns, style));
  return all;
}

/// Running groups first, then those to come, then those that are done: what changes stays in sight.
std::vector<std::string> LiveMatrix::group_lines(const TerminalStyle& style, std::size_t most) const {
  std::vector<std::pair<int, std::string>> ranked;
  for (const auto& group : groups_) {
    std::size_t done = 0, bad = 0;
    for (const auto cell : group.cells) {
      const auto& field = fields_.at(cell);
      done += field.outcome.has_value();
      bad += field.outcome && appearance(*field.outcome, field.expected).tone == Tone::bad;
    }
    const auto activity = activities_.find(group.id);
    const bool running = activity != activities_.end();
    auto text = fmt::format("{} {}/{} {}", running ? (style.unicode ? "▸" : ">") : " ", done,
                            group.cells.size(), terminal_line(group.id, style));
    if (bad > 0) text += fmt::format("   {} failed", bad);
    if (running) text += "   " + activity->second.what;
    ranked.emplace_back(running ? 0 : done < group.cells.size() ? 1 : 2, cut(text, style.columns, style));
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> all;
  for (auto& [rank, line] : ranked)
    if (all.size() < most) all.push_back(std::move(line));
  return all;
}

LiveTicker::LiveTicker(LiveMatrix& matrix, std::chrono::milliseconds every)
    : thread_([this, &matrix, every] {
        std::unique_lock lock(mutex_);
        while (!wake_.wait_for(lock, every, [this] { return stop_; })) {
          lock.unlock();
          matrix.refresh();
          lock.lock();
        }
      }) {}

LiveTicker::~LiveTicker() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

}  // namespace smx
