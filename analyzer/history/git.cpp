#include "analyzer/history/git.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <functional>
#include <map>

#include "analyzer/discover/path.h"

extern char** environ;

namespace mlint::git {
namespace {

constexpr std::array<std::string_view, 2> judged_files = {"*.py", "*.sql"};

// A pipe whose ends are closed with it.
struct Pipe {
  int read = -1, write = -1;
  Pipe() {
    std::array<int, 2> ends{-1, -1};
    if (pipe2(ends.data(), O_CLOEXEC) == 0) {
      read = ends[0];
      write = ends[1];
    }
  }
  ~Pipe() {
    close_read();
    close_write();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  bool open() const { return read >= 0; }
  void close_read() {
    if (read >= 0) close(read);
    read = -1;
  }
  void close_write() {
    if (write >= 0) close(write);
    write = -1;
  }
};

std::vector<std::string> safe_environment() {
  // GIT_DIR of a hook is relative to another directory; the repository is found from the directory instead.
  static constexpr std::array<std::string_view, 13> replaced = {"GIT_OPTIONAL_LOCKS=",
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
                                                                "GIT_WORK_TREE="};
  std::vector<std::string> variables;
  for (char** at = environ; *at != nullptr; ++at) {
    const std::string_view variable = *at;
    const bool dropped = std::any_of(replaced.begin(), replaced.end(),
                                     [&](std::string_view prefix) { return variable.starts_with(prefix); });
    if (!dropped) variables.emplace_back(variable);
  }
  // Reading must not write: an index refreshed on the way would race with the user's own git.
  for (const char* variable : {"GIT_OPTIONAL_LOCKS=0", "GIT_PAGER=cat", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C"}) {
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

// Starts git with its three streams on pipes (err may be -1: thrown away); 0 is success, else errno.
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

// A child that ends early must not end us by SIGPIPE.
class IgnoreBrokenPipe {
 public:
  IgnoreBrokenPipe() {
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &ignore, &before_);
  }
  ~IgnoreBrokenPipe() { sigaction(SIGPIPE, &before_, nullptr); }
  IgnoreBrokenPipe(const IgnoreBrokenPipe&) = delete;
  IgnoreBrokenPipe& operator=(const IgnoreBrokenPipe&) = delete;

 private:
  struct sigaction before_ {};
};

bool fill(int descriptor, std::string& into) {
  std::array<char, 65536> buffer;
  const ssize_t got = read(descriptor, buffer.data(), buffer.size());
  if (got > 0) into.append(buffer.data(), static_cast<std::size_t>(got));
  return got > 0 || (got < 0 && errno == EINTR);
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

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

Error failed(const std::string& what, const Output& output) {
  return Error{"git " + what + " failed: " + std::string(first_line(output.err))};
}

void add_judged(std::vector<std::string>& arguments) {
  arguments.emplace_back("--");
  arguments.insert(arguments.end(), judged_files.begin(), judged_files.end());
}

}  // namespace

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

Result<std::optional<Repository>> Repository::open(const std::string& directory) {
  // Each question is a process: those that every run asks go together.
  constexpr std::string_view head = "HEAD^{commit}";
  const auto top = run(directory, {"rev-parse", "--is-shallow-repository", "--show-toplevel", std::string(head)});
  if (!top) return top.error();
  if (top->err.find("dubious ownership") != std::string::npos) return failed("rev-parse", *top);
  // Three lines; where nothing is committed yet, the last is the question. The second may hold line breaks.
  std::string_view text = top->out;
  const std::size_t first = text.find('\n');
  const std::size_t last = text.size() < 2 ? std::string_view::npos : text.rfind('\n', text.size() - 2);
  if (first == std::string_view::npos || last == std::string_view::npos || last <= first + 1) {
    return std::optional<Repository>();
  }
  Repository repository;
  repository.shallow_ = text.starts_with("true");
  repository.root_ = std::string(text.substr(first + 1, last - first - 1));
  const std::string_view answer = text.substr(last + 1, text.size() - last - 2);
  if (top->status == 0) {
    repository.head_ = std::string(answer);
  } else if (answer != head) {
    return std::optional<Repository>();
  }
  if (auto error = repository.read_configuration()) return *std::move(error);
  return std::optional(std::move(repository));
}

std::optional<Error> Repository::read_configuration() {
  const auto found = run(root_, {"config", "-z", "--name-only", "--get-regexp",
                                 "^(filter\\..*\\.(clean|smudge|process|required)|remote\\..*\\..*)$"});
  if (!found) return found.error();
  for (const std::string& name : split(found->out, '\0')) {
    if (name.starts_with("remote.")) {
      remotes_.push_back(name.substr(7, name.rfind('.') - 7));
      continue;
    }
    // Filters are programs that a configuration names; comparing files must not start them.
    overrides_.emplace_back("-c");
    overrides_.push_back(name + "=");
  }
  std::sort(remotes_.begin(), remotes_.end());
  remotes_.erase(std::unique(remotes_.begin(), remotes_.end()), remotes_.end());
  return std::nullopt;
}

Result<Output> Repository::ask(std::vector<std::string> arguments, std::string_view input) const {
  std::vector<std::string> full = overrides_;
  full.insert(full.end(), std::make_move_iterator(arguments.begin()), std::make_move_iterator(arguments.end()));
  return run(root_, full, input);
}

std::optional<std::string> Repository::commit(const std::string& revision) const {
  if (revision == "HEAD") return head_;
  if (revision.empty() || revision.find('\n') != std::string::npos) return std::nullopt;
  const auto found = ask({"rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"});
  if (!found || found->status != 0) return std::nullopt;
  return std::string(first_line(found->out));
}

std::optional<std::string> Repository::merge_base(const std::string& left, const std::string& right) const {
  if (left == right) return left;
  const auto found = ask({"merge-base", "--end-of-options", left, right});
  if (!found || found->status != 0) return std::nullopt;
  return std::string(first_line(found->out));
}

std::vector<std::string> Repository::parents(const std::string& commit) const {
  const auto found = ask({"rev-list", "--parents", "--max-count=1", "--end-of-options", commit});
  if (!found || found->status != 0) return {};
  std::vector<std::string> names = split(first_line(found->out), ' ');
  if (!names.empty()) names.erase(names.begin());
  return names;
}

std::string Repository::abbreviated(const std::string& commit) const { return commit.substr(0, 7); }

std::vector<Reference> Repository::references(const std::vector<std::string>& of_remotes) const {
  std::vector<std::string> arguments = {
      "for-each-ref", "--format=%(refname)%00%(symref)%00%(objectname)%00%(upstream)%00%(HEAD)", "refs/heads"};
  for (const std::string& remote : remotes_) {
    arguments.push_back("refs/remotes/" + remote + "/HEAD");
    for (const std::string& branch : of_remotes) arguments.push_back("refs/remotes/" + remote + "/" + branch);
  }
  const auto found = ask(std::move(arguments));
  std::vector<Reference> references;
  if (!found || found->status != 0) return references;
  for (const std::string& line : split(found->out, '\n')) {
    std::array<std::string, 5> fields;
    std::string_view rest = line;
    for (std::string& field : fields) {
      const std::size_t end = std::min(rest.find('\0'), rest.size());
      field = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    references.push_back({fields[0], fields[1], fields[2], fields[3], fields[4] == "*"});
  }
  return references;
}

Result<std::vector<std::string>> Repository::names(std::vector<std::string> arguments, std::string_view input) const {
  const std::string what = arguments.front();
  const auto found = ask(std::move(arguments), input);
  if (!found) return found.error();
  // check-ignore says 1 when nothing is ignored.
  if (found->status != 0 && !(what == "check-ignore" && found->status == 1)) return failed(what, *found);
  return split(found->out, '\0');
}

Result<std::vector<ChangedFile>> Repository::diff(std::vector<std::string> arguments) const {
  std::vector<std::string> full = {
      "diff",          "--name-status",          "-z", "-M", "-l4000", "--no-ext-diff", "--no-textconv", "--no-color",
      "--no-relative", "--ignore-submodules=all"};
  full.insert(full.end(), arguments.begin(), arguments.end());
  add_judged(full);
  const auto fields = names(std::move(full));
  if (!fields) return fields.error();
  std::vector<ChangedFile> changed;
  for (std::size_t i = 0; i + 1 < fields->size(); i += 2) {
    const std::string& status = (*fields)[i];
    ChangedFile file;
    file.path = (*fields)[i + 1];
    if (status[0] == 'R' || status[0] == 'C') {
      if (i + 2 >= fields->size()) break;
      if (status[0] == 'R') file.old_path = file.path;
      file.kind = status[0] == 'R' ? ChangedFile::Kind::renamed : ChangedFile::Kind::added;
      file.path = (*fields)[i + 2];
      ++i;
    } else if (status[0] == 'A') {
      file.kind = ChangedFile::Kind::added;
    } else if (status[0] == 'D') {
      file.kind = ChangedFile::Kind::deleted;
    }
    changed.push_back(std::move(file));
  }
  return changed;
}

Result<std::vector<ChangedFile>> Repository::changed_since(const std::string& commit) const {
  auto changed = diff({"--end-of-options", commit});
  if (!changed) return changed;
  const auto files = listing();
  if (!files) return files.error();
  for (const std::string& path : files->untracked) {
    // A file taken out of the index that still lies in the work tree is no deletion of it.
    const auto deleted = std::find_if(changed->begin(), changed->end(), [&](const ChangedFile& it) {
      return it.path == path && it.kind == ChangedFile::Kind::deleted;
    });
    if (deleted != changed->end()) {
      deleted->kind = ChangedFile::Kind::edited;
      deleted->untracked = true;
    } else {
      changed->push_back({ChangedFile::Kind::added, path, {}, true});
    }
  }
  std::sort(changed->begin(), changed->end(),
            [](const ChangedFile& a, const ChangedFile& b) { return a.path < b.path; });
  return changed;
}

Result<std::vector<ChangedFile>> Repository::staged_since(const std::string& commit) const {
  if (!commit.empty()) return diff({"--cached", "--end-of-options", commit});
  const auto files = listing();
  if (!files) return files.error();
  std::vector<ChangedFile> changed;
  for (const std::string& path : files->tracked) changed.push_back({ChangedFile::Kind::added, path, {}, false});
  return changed;
}

Result<std::vector<std::string>> Repository::unstaged() const {
  std::vector<std::string> arguments = {"diff",
                                        "--name-only",
                                        "-z",
                                        "--no-renames",
                                        "--no-ext-diff",
                                        "--no-textconv",
                                        "--no-relative",
                                        "--ignore-submodules=all"};
  add_judged(arguments);
  return names(std::move(arguments));
}

Result<Repository::Listing> Repository::listing() const {
  if (listing_) return *listing_;
  std::vector<std::string> arguments = {"ls-files",           "-z",         "-t", "--cached", "--others",
                                        "--exclude-standard", "--full-name"};
  add_judged(arguments);
  const auto tagged = names(std::move(arguments));
  if (!tagged) return tagged.error();
  Listing listing;
  for (const std::string& line : *tagged) {  // "H path", "? path"
    if (line.size() > 2) (line[0] == '?' ? listing.untracked : listing.tracked).push_back(line.substr(2));
  }
  listing_ = std::make_shared<const Listing>(std::move(listing));
  return *listing_;
}

Result<std::vector<std::string>> Repository::ignored(const std::vector<std::string>& paths) const {
  // What lies in a submodule or beyond a link is not this repository's, and git refuses to be asked about it.
  std::map<std::string, bool, std::less<>> elsewhere = {{"", false}};
  const std::function<bool(std::string_view)> is_elsewhere = [&](std::string_view directory) {
    if (const auto known = elsewhere.find(directory); known != elsewhere.end()) return known->second;
    const std::filesystem::path full = std::filesystem::path(root_) / directory;
    std::error_code ignored;
    const bool itself = std::filesystem::is_symlink(full, ignored) || std::filesystem::exists(full / ".git", ignored);
    const bool found = itself || is_elsewhere(path::parent(directory));
    return elsewhere.emplace(directory, found).first->second;
  };
  std::string input;
  for (const std::string& path : paths)
    if (!is_elsewhere(path::parent(path))) input += path + '\0';
  if (input.empty()) return std::vector<std::string>();
  return names({"check-ignore", "-z", "--stdin"}, input);
}

// ---- Blobs

struct Blobs::Process {
  Pipe in, out;
  pid_t child = 0;
  std::string buffer;

  ~Process() {
    in.close_write();
    out.close_read();
    if (child > 0) wait_for(child);
  }

  std::optional<std::string> line() {
    for (;;) {
      if (const std::size_t end = buffer.find('\n'); end != std::string::npos) {
        std::string found = buffer.substr(0, end);
        buffer.erase(0, end + 1);
        return found;
      }
      if (!fill(out.read, buffer)) return std::nullopt;
    }
  }

  // What is not kept is still taken off the pipe.
  std::optional<std::string> bytes(std::size_t count, bool keep) {
    std::string found;
    std::size_t left = count;
    for (;;) {
      const std::size_t part = std::min(left, buffer.size());
      if (keep) found.append(buffer, 0, part);
      buffer.erase(0, part);
      left -= part;
      if (left == 0) return found;
      if (!fill(out.read, buffer)) return std::nullopt;
    }
  }
};

Blobs::Blobs(const Repository& repository) : repository_(repository) {}
Blobs::~Blobs() = default;

Result<std::optional<std::string>> Blobs::read(const std::string& revision, const std::string& path,
                                               std::size_t limit) {
  // The protocol is one question a line: a name with a line break goes its own way.
  if (path.find('\n') != std::string::npos) {
    const auto shown = repository_.ask({"cat-file", "blob", revision + ":" + path});
    if (!shown) return shown.error();
    if (shown->status != 0) return std::optional<std::string>();
    if (shown->out.size() > limit) return Error{"a file of `" + revision + "` is too large"};
    return std::optional(shown->out);
  }
  const IgnoreBrokenPipe ignore;
  if (!process_) {
    process_ = std::make_unique<Process>();
    if (!process_->in.open() || !process_->out.open()) return Error{"no more files can be opened"};
    const int problem =
        start(repository_.root(), {"cat-file", "--batch"}, process_->in.read, process_->out.write, -1, process_->child);
    if (problem != 0) {
      process_->child = 0;
      return not_started(problem);
    }
    process_->in.close_read();
    process_->out.close_write();
  }
  std::string_view question;
  const std::string asked = revision + ":" + path + "\n";
  for (question = asked; !question.empty();) {
    const ssize_t sent = write(process_->in.write, question.data(), question.size());
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return Error{"git cat-file ended early"};
    question.remove_prefix(static_cast<std::size_t>(sent));
  }
  const auto header = process_->line();
  if (!header) return Error{"git cat-file ended early"};
  if (header->ends_with(" missing") || header->ends_with(" ambiguous")) return std::optional<std::string>();
  const std::size_t space = header->rfind(' ');
  std::size_t size = 0;
  std::from_chars(header->data() + space + 1, header->data() + header->size(), size);
  const bool blob = std::string_view(*header).substr(0, space).ends_with(" blob");
  auto content = process_->bytes(size, blob && size <= limit);
  if (!content || !process_->bytes(1, false)) return Error{"git cat-file ended early"};
  if (!blob) return std::optional<std::string>();
  if (size > limit) return Error{"`" + path + "` at `" + revision + "` is too large"};
  return std::optional(*std::move(content));
}

}  // namespace mlint::git
