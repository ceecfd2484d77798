#include "analyzer/history/git_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "analyzer/history/git.h"

extern char** environ;

namespace mlint::git {
namespace {

std::vector<std::string> safe_environment() {
  // GIT_DIR of a hook is relative to another directory; the repository is found from the directory instead.
  static constexpr std::array<std::string_view, 15> replaced = {"GIT_OPTIONAL_LOCKS=",
                                                                "GIT_PAGER=",
                                                                "GIT_TERMINAL_PROMPT=",
                                                                "GIT_EXTERNAL_DIFF=",
                                                                "GIT_DIFF_OPTS=",
                                                                "LC_ALL=",
                                                                "LANGUAGE=",
                                                                "GIT_LITERAL_PATHSPECS=",
                                                                "GIT_GLOB_PATHSPECS=",
                                                                "GIT_TRACE=",
                                                                "GIT_DIR=",
                                                                "GIT_PREFIX=",
                                                                "GIT_WORK_TREE=",
                                                                "GIT_ALLOW_PROTOCOL=",
                                                                "GIT_NO_LAZY_FETCH="};
  std::vector<std::string> variables;
  for (char** at = environ; *at != nullptr; ++at) {
    const std::string_view variable = *at;
    const bool dropped = std::any_of(replaced.begin(), replaced.end(),
                                     [&](std::string_view prefix) { return variable.starts_with(prefix); });
    if (!dropped) variables.emplace_back(variable);
  }
  // Reading must not write: an index refreshed on the way would race with the user's own git. Nor may it fetch what a
  // partial clone lacks: the configuration of the repository says by which program. GIT_ALLOW_PROTOCOL overrides every
  // protocol.*.allow there (git-config, protocol.allow).
  for (const char* variable : {"GIT_OPTIONAL_LOCKS=0", "GIT_PAGER=cat", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C",
                               "GIT_ALLOW_PROTOCOL=none", "GIT_NO_LAZY_FETCH=1"}) {
    variables.emplace_back(variable);
  }
  return variables;
}

std::vector<std::string> full_command(const std::string& directory, const std::vector<std::string>& arguments) {
  std::vector<std::string> command = {"git", "-C", directory.empty() ? "." : directory, "--no-pager"};
  for (const char* setting :
       {"core.fsmonitor=false", "core.hooksPath=/dev/null", "core.quotePath=false",
        "diff.external=", "protocol.allow=never", "submodule.recurse=false", "log.showSignature=false",
        "core.preloadIndex=false"}) {  // the processors are busy reading files
    command.emplace_back("-c");
    command.emplace_back(setting);
  }
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

void exchange(Pipe& in, Pipe& out, Pipe& err, std::string_view input, Output& output) {
  if (input.empty()) in.close_write();
  while (out.read >= 0 || err.read >= 0 || in.write >= 0) {
    std::array<pollfd, 3> polled = {{{out.read, POLLIN, 0}, {err.read, POLLIN, 0}, {in.write, POLLOUT, 0}}};
    if (poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) return;
    if (polled[0].revents != 0 && !fill(out.read, output.out)) out.close_read();
    if (polled[1].revents != 0 && !fill(err.read, output.err)) err.close_read();
    if (polled[2].revents != 0) {
      const ssize_t sent = write(in.write, input.data(), std::min<std::size_t>(input.size(), 4096));
      if (sent > 0) input.remove_prefix(static_cast<std::size_t>(sent));
      if ((sent < 0 && errno != EINTR) || input.empty()) in.close_write();
    }
  }
}
}  // namespace

Pipe::Pipe() {
  std::array<int, 2> ends{-1, -1};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return;
  read = ends[0];
  write = ends[1];
}

Pipe::~Pipe() {
  close_read();
  close_write();
}

void Pipe::close_read() {
  if (read >= 0) close(read);
  read = -1;
}

void Pipe::close_write() {
  if (write >= 0) close(write);
  write = -1;
}

IgnoreBrokenPipe::IgnoreBrokenPipe() {
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, &before_);
}

IgnoreBrokenPipe::~IgnoreBrokenPipe() { sigaction(SIGPIPE, &before_, nullptr); }

int start(const std::string& directory, const std::vector<std::string>& arguments, int in, int out, int err,
          pid_t& child) {
  std::vector<std::string> command = full_command(directory, arguments);
  std::vector<std::string> variables = safe_environment();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in, 0);
  posix_spawn_file_actions_adddup2(&actions, out, 1);
  if (err >= 0) {
    posix_spawn_file_actions_adddup2(&actions, err, 2);
  } else {
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  }
  const int problem =
      posix_spawnp(&child, "git", &actions, nullptr, pointers(command).data(), pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  return problem;
}

Error not_started(int problem) {
  if (problem == ENOENT) return Error{"git is not installed"};
  return Error{std::string("git cannot be started: ") + std::strerror(problem)};
}

int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

bool fill(int descriptor, std::string& into) {
  std::array<char, 65536> buffer;
  const ssize_t got = read(descriptor, buffer.data(), buffer.size());
  if (got > 0) into.append(buffer.data(), static_cast<std::size_t>(got));
  return got > 0 || (got < 0 && errno == EINTR);
}

Result<Output> run(const std::string& directory, const std::vector<std::string>& arguments, std::string_view input) {
  Pipe in, out, err;
  if (!in.open() || !out.open() || !err.open()) return Error{"no more files can be opened"};
  const IgnoreBrokenPipe ignore;
  pid_t child = 0;
  if (const int problem = start(directory, arguments, in.read, out.write, err.write, child); problem != 0) {
    return not_started(problem);
  }
  in.close_read();
  out.close_write();
  err.close_write();
  Output output;
  exchange(in, out, err, input, output);
  output.status = wait_for(child);
  return output;
}

}  // namespace mlint::git
