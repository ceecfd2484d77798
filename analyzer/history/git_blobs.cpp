#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "analyzer/history/git.h"
#include "analyzer/history/git_process.h"

namespace mlint::git {

namespace {

Error ended_early(const Repository& repository) {
  return Error{"git cat-file ended early" + repository.partial_clone_hint()};
}

}  // namespace

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
    if (sent <= 0) return ended_early(repository_);
    question.remove_prefix(static_cast<std::size_t>(sent));
  }
  const auto header = process_->line();
  if (!header) return ended_early(repository_);
  if (header->ends_with(" missing") || header->ends_with(" ambiguous")) {
    // Said of a path that is not there, and of one whose content is not.
    const auto named = repository_.ask({"rev-parse", "--verify", "--quiet", "--end-of-options", revision + ":" + path});
    if (!named) return named.error();
    if (named->status != 0) return std::optional<std::string>();
    return Error{"git has lost the content of `" + path + "` at `" + revision + "`" + repository_.partial_clone_hint()};
  }
  const std::size_t space = header->rfind(' ');
  std::size_t size = 0;
  std::from_chars(header->data() + space + 1, header->data() + header->size(), size);
  const bool blob = std::string_view(*header).substr(0, space).ends_with(" blob");
  auto content = process_->bytes(size, blob && size <= limit);
  if (!content || !process_->bytes(1, false)) return ended_early(repository_);
  if (!blob) return std::optional<std::string>();
  if (size > limit) return Error{"`" + path + "` at `" + revision + "` is too large"};
  return std::optional(*std::move(content));
}

}  // namespace mlint::git
