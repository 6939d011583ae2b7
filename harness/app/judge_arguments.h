#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/core/model/run_record.h"
#include "harness/verdict/judge.h"

namespace smx::app {

/// The options of every command that judges a run.
struct JudgeArguments {
  std::vector<std::filesystem::path> tables;
  std::vector<std::filesystem::path> waivers;
  std::string as_of;
  bool fail_on_flaky = false;
};

/// Reads the files the arguments name and puts their tables and waivers into the record, so that reports show
/// what was judged with; the rest is returned. Throws Error(usage).
verdict::JudgeOptions judge_options(const JudgeArguments& args, RunRecord& record);

}  // namespace smx::app
