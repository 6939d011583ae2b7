#include "harness/cli/session.h"

int main(int argc, char** argv) {
  return smx::cli::run_application(argc, argv);
}
