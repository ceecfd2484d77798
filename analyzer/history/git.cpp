#include "analyzer/history/git.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <map>

#include "analyzer/discover/path.h"

namespace mlint::git {
namespace {

constexpr std::array<std::string_view, 2> judged_files = {"*.py", "*.sql"};

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
      partial_ = partial_ || name.ends_with(".promisor");
      remotes_.push_back(name.substr(7, name.rfind('.') - 7));
      continue;
    }
    // Filters are programs that a configuration names; comparing files must not start them. `git -c` ends the name of a
    // setting at the first `=`.
    if (name.find('=') != std::string::npos) {
      return Error{"the git configuration has `" + name + "`: a filter of that name cannot be kept from running"};
    }
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

std::string Repository::partial_clone_hint() const {
  if (!partial_) return {};
  return "; this is a partial clone and mlint fetches nothing: `git diff REF > /dev/null` against the base fetches "
         "what "
         "it lacks";
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
  if (found->status != 0 && !(what == "check-ignore" && found->status == 1)) {
    return Error{failed(what, *found).message + partial_clone_hint()};
  }
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
  if (changed) {
    std::sort(changed->begin(), changed->end(),
              [](const ChangedFile& a, const ChangedFile& b) { return a.path < b.path; });
  }
  return changed;
}

Result<std::vector<ChangedFile>> Repository::staged_since(const std::string& commit) const {
  if (!commit.empty()) return diff({"--cached", "--end-of-options", commit});
  const auto files = tracked();
  if (!files) return files.error();
  std::vector<ChangedFile> changed;
  for (const std::string& path : *files) changed.push_back({ChangedFile::Kind::added, path, {}, false});
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

Result<std::vector<std::string>> Repository::tracked() const {
  if (tracked_) return *tracked_;
  std::vector<std::string> arguments = {"ls-files", "-z", "--cached", "--full-name"};
  add_judged(arguments);
  auto files = names(std::move(arguments));
  if (files) tracked_ = std::make_shared<const std::vector<std::string>>(*files);
  return files;
}

std::vector<std::string> Repository::own(const std::vector<std::string>& paths) const {
  std::map<std::string, bool, std::less<>> known = {{"", true}};
  const std::function<bool(std::string_view)> is_own = [&](std::string_view directory) {
    if (const auto found = known.find(directory); found != known.end()) return found->second;
    const std::filesystem::path full = std::filesystem::path(root_) / directory;
    std::error_code ignored;
    const bool leads_away =
        std::filesystem::is_symlink(full, ignored) || std::filesystem::exists(full / ".git", ignored);
    const bool answer = !leads_away && is_own(path::parent(directory));
    return known.emplace(directory, answer).first->second;
  };
  std::vector<std::string> own;
  std::copy_if(paths.begin(), paths.end(), std::back_inserter(own),
               [&](const std::string& path) { return is_own(path::parent(path)); });
  return own;
}

Result<std::vector<std::string>> Repository::ignored(const std::vector<std::string>& paths) const {
  if (paths.empty()) return std::vector<std::string>();
  std::string input;
  for (const std::string& path : paths) input += path + '\0';
  return names({"check-ignore", "-z", "--stdin"}, input);
}

}  // namespace mlint::git
