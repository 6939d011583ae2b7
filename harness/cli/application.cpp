#include "harness/cli/application.h"

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include "harness/cli/signals.h"
#include "harness/core/error.h"
#include "harness/core/version.h"

namespace smx::cli {

const char* const kExitCodes = R"(  130, 143  interrupted (a run can be resumed)
  70        internal error
  2         wrong arguments or a wrong file
  3         something of this host is missing or refuses; `safemode-matrix doctor` says what
  1         something deviates from the support table, a control in normal mode is broken, or something
            regressed since the baseline
  5         no cell passed or failed
  4         only inconclusive cells, deviations from unconfirmed marks, or results that were lost
            since the baseline
  0         otherwise)";

const char* const kFiles =
    "runs in $XDG_STATE_HOME/safemode-matrix, images in $XDG_CACHE_HOME/safemode-matrix.";

namespace {

void print_error(const std::exception& e, bool verbose) {
  std::cerr << "safemode-matrix: " << (verbose ? full_message(e) : e.what()) << "\n";
  if (const auto* error = dynamic_cast<const Error*>(&e); verbose && error)
    std::cerr << "  at " << error->where() << "\n";
}

/// A report that did not get through does not count.
void check_output() {
  std::cout.flush();
  if (std::fflush(stdout) != 0 || !std::cout || std::ferror(stdout) != 0)
    throw Error(ErrorKind::environment, "standard output could not be written to its end");
}

int parse_and_run(CLI::App& app, Session& session, const SignalThread& signals, int argc, char** argv) {
  try {
    app.parse(argc, argv);
    check_output();
    // A cancelled run comes back with the code for Ctrl-C; a SIGTERM has its own.
    if (session.exit_code == 130 && signals.received() != 0) return 128 + signals.received();
    return session.exit_code;
  } catch (const CLI::Success& e) {
    return app.exit(e);  // --help, --version
  } catch (const CLI::ParseError& e) {
    std::cerr << "safemode-matrix: " << e.what() << "\nTry --help after the command.\n";
    return 2;
  } catch (const Cancelled&) {
    return 128 + (signals.received() != 0 ? signals.received() : SIGINT);
  } catch (const Error& e) {
    print_error(e, session.verbose);
    return exit_code_of(e.kind());
  } catch (const std::filesystem::filesystem_error& e) {
    print_error(e, session.verbose);
    return exit_code_of(ErrorKind::environment);
  } catch (const std::exception& e) {
    std::cerr << "safemode-matrix: an internal fault; please report it with the output of --verbose\n";
    print_error(e, session.verbose);
    return 70;
  }
}

}  // namespace

void build_application(CLI::App& app, Session& session) {
  app.name("safemode-matrix");
  app.description(
      "Boots machines into normal mode and Safe Mode, runs smart card scenarios inside, and compares what\n"
      "happened with the documented support table.");
  app.set_version_flag("--version", std::string("safemode-matrix ") + kVersion);
  app.add_flag("-v,--verbose", session.verbose, "Show the causes of an error, and where it was noticed");
  app.require_subcommand(1);
  app.fallthrough();
  app.footer(std::string("\nExit codes, the first that applies:\n") + kExitCodes + "\n\nFiles: " + kFiles);
  add_doctor(app, session);
  add_plan(app, session);
  add_run(app, session);
  add_resume(app, session);
  add_report(app, session);
  add_compare(app, session);
  add_history(app, session);
  add_show(app, session);
  add_flaky(app, session);
  add_sign_off(app, session);
  add_image(app, session);
  add_boot_mode(app, session);
  add_card(app, session);
  add_lab(app, session);
  add_support_table(app, session);
}

int run_application(int argc, char** argv) {
  CancelToken cancel;
  const SignalThread signals(cancel);
  Session session{cancel};
  CLI::App app;
  build_application(app, session);
  return parse_and_run(app, session, signals, argc, argv);
}

}  // namespace smx::cli
