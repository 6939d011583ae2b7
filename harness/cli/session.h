#pragma once

#include <string>

#include "harness/core/cancel.h"
#include "harness/core/types.h"

namespace CLI {
class App;
}

namespace smx::cli {

/// What the commands share. One per process.
struct Session {
  CancelToken& cancel;
  int exit_code = 0;  ///< what `main` returns when the command did not throw
  bool verbose = false;
};

// Each adds one command to the program. Their callbacks run inside CLI::App::parse and may throw smx::Error.
void add_doctor(CLI::App& app, Session& session);
void add_plan(CLI::App& app, Session& session);
void add_run(CLI::App& app, Session& session);
void add_resume(CLI::App& app, Session& session);
void add_report(CLI::App& app, Session& session);
void add_history(CLI::App& app, Session& session);
void add_show(CLI::App& app, Session& session);
void add_flaky(CLI::App& app, Session& session);
void add_compare(CLI::App& app, Session& session);
void add_sign_off(CLI::App& app, Session& session);
void add_image(CLI::App& app, Session& session);
void add_boot_mode(CLI::App& app, Session& session);
void add_card(CLI::App& app, Session& session);
void add_lab(CLI::App& app, Session& session);
void add_support_table(CLI::App& app, Session& session);

/// `sign-off verify`, below the command `sign-off`.
void add_sign_off_verify(CLI::App& sign_off, Session& session);

/// `image prepare`, below the command `image`.
void add_image_prepare(CLI::App& image, Session& session);

/// `image inspect`, below the command `image`.
void add_image_inspect(CLI::App& image, Session& session);

/// `card readers`, below the command `card`.
void add_card_readers(CLI::App& card);

/// Parses, runs and turns every error into one line on stderr and an exit code. Never throws.
int run_application(int argc, char** argv);

}  // namespace smx::cli
