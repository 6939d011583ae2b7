#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/verdict/judge.h"

namespace CLI {
class App;
}

namespace smx::cli {

/// The options of every command that judges a run.
struct JudgeArguments {
  std::vector<std::filesystem::path> tables;
  std::vector<std::filesystem::path> waivers;
  std::string as_of;
  bool fail_on_flaky = false;
};

void add_judge_options(CLI::App& command, JudgeArguments& args);

/// Reads the files the arguments name and puts their tables and waivers into the record, so that reports show
/// what was judged with; the rest is returned. Throws Error(usage).
verdict::JudgeOptions judge_options(const JudgeArguments& args, RunRecord& record);

}  // namespace smx::cli
