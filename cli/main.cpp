#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>

#include "analyzer/base/overloaded.h"
#include "cli/commands.h"
#include "cli/options.h"

// Read by jemalloc where it is linked in, and by nothing else: with pages of two megabytes a third of the page faults
// is left, and a large project takes a tenth less time.
extern "C" const char* malloc_conf;
const char* malloc_conf = "thp:always";

namespace {

void interrupted(int) { ::_exit(130); }

int dispatch(const mlint::cli::Command& command) {
  return std::visit(mlint::overloaded{[](const mlint::cli::Exit& exit) { return exit.code; },
                                      [](const auto& options) { return mlint::cli::run(options); }},
                    command);
}

int internal_error(const char* what) {
  std::fprintf(stderr,
               "mlint: internal error: %s\n"
               "mlint " MLINT_VERSION ": this is a bug in mlint; please report it with the command and the file\n",
               what);
  return mlint::cli::exit_trouble;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that went away shows up as EPIPE
  std::signal(SIGINT, interrupted);
  try {
    return dispatch(mlint::cli::parse_command_line(argc, argv));
  } catch (const std::exception& error) {
    return internal_error(error.what());
  } catch (...) {
    return internal_error("unknown exception");
  }
}
