#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>

#include "harness/cli/application.h"
#include "harness/core/cancel.h"
#include "harness/core/files.h"
#include "harness/core/version.h"
#include "packaging/manual/bash_completion.h"
#include "packaging/manual/man_page.h"

namespace {

using namespace smx;

void write_pages(const manual::CommandDoc& command, const manual::CommandDoc& program,
                 const manual::ManualText& text, const std::filesystem::path& folder) {
  write_file_atomically(folder / (manual::page_name(command) + ".1"),
                        manual::man_page(command, program, text));
  for (const auto& below : command.commands) write_pages(below, program, text, folder);
}

}  // namespace

/// write_manual SHARE: writes SHARE/man/man1/*.1 and SHARE/bash-completion/completions/safemode-matrix. What
/// was there before is removed, so that no page outlives its command.
int main(int argc, char** argv) try {
  if (argc != 2) {
    std::cerr << "usage: write_manual SHARE\n";
    return 2;
  }
  CancelToken cancel;
  cli::Session session{cancel};
  CLI::App app;
  cli::build_application(app, session);
  const auto program = manual::describe(app);
  const std::filesystem::path share = argv[1];
  const auto pages = share / "man/man1", completions = share / "bash-completion/completions";
  for (const auto& folder : {pages, completions}) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
  }
  write_pages(program, program, {kVersion, cli::kExitCodes, cli::kFiles}, pages);
  write_file_atomically(completions / program.path.front(), manual::bash_completion(program));
  return 0;
} catch (const std::exception& e) {
  std::cerr << "write_manual: " << e.what() << "\n";
  return 70;
}
