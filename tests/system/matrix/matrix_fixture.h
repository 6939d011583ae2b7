#pragma once

#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/integration/cli/program.h"
#include "tests/system/matrix/running_program.h"

namespace smx {

/// Runs with real guests. Skips, saying why, where the guest is not built.
class MatrixTest : public ProgramTest {
 protected:
  explicit MatrixTest(std::string guest = "reference-linux") : guest_(std::move(guest)) {}

  void SetUp() override {
    for (const auto& image : nlohmann::json::parse(run({"image", "list", "--json"}).out))
      if (image.at("name") == guest_) return;
    GTEST_SKIP() << "the guest is not built; `safemode-matrix image build " << guest_ << "` builds it";
  }

  /// A run of whole matrices, which takes minutes on a busy machine.
  CommandResult run_matrix(const std::vector<std::string>& arguments) const {
    auto c = command(arguments);
    c.time_limit = std::chrono::minutes(8);
    return run_command(c);
  }

  std::vector<std::string> argv(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), SMX_PROGRAM);
    return arguments;
  }
  std::map<std::string, std::string> env() const { return command({}).env; }

  std::string latest_run() const {
    std::set<std::string> ids;
    for (const auto& entry : std::filesystem::directory_iterator(dir.path() / "state/safemode-matrix/runs"))
      ids.insert(entry.path().filename().string());
    return ids.empty() ? "" : *ids.rbegin();
  }
  std::filesystem::path run_folder() const {
    return dir.path() / "state/safemode-matrix/runs" / latest_run();
  }

  /// Processes whose command line names this test's run: QEMU carries the run's id in its guest's name.
  std::vector<std::string> guests_of(const std::string& run) const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      std::ifstream in(entry.path() / "cmdline");
      const std::string line((std::istreambuf_iterator<char>(in)), {});
      if (line.find("guest=smx-" + run) != std::string::npos)
        found.push_back(entry.path().filename().string());
    }
    return found;
  }
  /// Ends the guests that a killed controller left, where no later run of the test does.
  void end_guests() const {
    for (const auto& pid : guests_of(latest_run())) ::kill(std::stoi(pid), SIGKILL);
  }
  /// Nothing of the run is left: no guest, no socket folder, no libvirt root, no overlay.
  void expect_nothing_left() const {
    EXPECT_THAT(guests_of(latest_run()), testing::IsEmpty());
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(dir.path() / "r", error))
      ADD_FAILURE() << entry.path() << " is left";
    EXPECT_FALSE(std::filesystem::exists(run_folder() / "work"));
  }

  nlohmann::json report() const { return nlohmann::json::parse(read_file(run_folder() / "report.json")); }

  /// "cell verdict outcome" of every covered cell.
  std::set<std::string> verdicts() const {
    const auto json = nlohmann::json::parse(run({"report", latest_run(), "--format", "json"}).out);
    std::set<std::string> lines;
    for (const auto& cell : json.at("cells")) {
      if (cell.at("verdict") == "not-covered") continue;
      lines.insert(cell.at("id").get<std::string>() + " " + cell.at("verdict").get<std::string>());
    }
    return lines;
  }

 private:
  std::string guest_;
};

}  // namespace smx
