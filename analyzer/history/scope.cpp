#include "analyzer/history/scope.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "analyzer/discover/workspace.h"
#include "analyzer/history/branches.h"

namespace mlint::history {
namespace {

using git::Repository;

constexpr std::string_view cannot_tell = "cannot tell which migrations are new: ";
constexpr std::string_view go_on = ", or pass --all";

std::string environment_of_process(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool all_zero(std::string_view name) { return name.find_first_not_of('0') == std::string_view::npos; }

class Chooser {
 public:
  Chooser(const ScopeRequest& request, const Repository& repository, Scope& scope)
      : request_(request), repository_(repository), scope_(scope), branches_(repository) {
    environment_ = request.environment ? request.environment : environment_of_process;
  }

  std::optional<Error> run() {
    const auto head = repository_.commit("HEAD");
    if (request_.staged) return staged(head);
    if (!head) return no_commits();
    head_ = *head;
    if (request_.changed && !request_.changed->empty()) return since_asked(*request_.changed);
    if (const auto target = pre_push()) return since_merge_base(*target);
    return by_situation();
  }

 private:
  std::string variable(const char* name) const { return environment_(name); }

  std::optional<Error> compare(const std::string& base, const std::string& label) {
    scope_.base = base;
    scope_.base_label = label + "@" + repository_.abbreviated(base);
    auto changes = repository_.changed_since(base);
    if (!changes) return changes.error();
    scope_.changes = *std::move(changes);
    // Remembered for whoever compares: now nobody waits for the answer yet.
    const auto tracked = repository_.tracked();
    return tracked ? std::nullopt : std::optional(tracked.error());
  }

  // ---- what was asked for

  std::optional<Error> staged(const std::optional<std::string>& head) {
    scope_.kind = Scope::Kind::staged;
    if (head) {
      scope_.base = *head;
      scope_.base_label = "HEAD@" + repository_.abbreviated(*head);
    }
    auto changes = repository_.staged_since(head.value_or(""));
    if (!changes) return changes.error();
    scope_.changes = *std::move(changes);
    const auto unstaged = repository_.unstaged();
    if (!unstaged) return unstaged.error();
    git::Blobs blobs(repository_);
    for (const std::string& path : *unstaged) {
      auto content = blobs.read("", path, max_file_size);
      if (!content) return content.error();
      scope_.index_contents[path] = *std::move(content);
    }
    return std::nullopt;
  }

  std::optional<Error> no_commits() {
    if (request_.changed && !request_.changed->empty()) {
      return Error{"`" + *request_.changed + "` is no commit: the repository has none yet"};
    }
    scope_.kind = Scope::Kind::all;
    scope_.note = "the repository has no commits yet: everything is judged";
    return std::nullopt;
  }

  std::optional<Error> since_asked(const std::string& revision) {
    scope_.kind = Scope::Kind::changed;
    const auto commit = repository_.commit(revision);
    if (!commit) {
      std::string message = "`" + revision + "` is no commit of this repository";
      if (repository_.shallow()) message += ": the clone is shallow, fetch more of it";
      return Error{message};
    }
    return since_merge_base({*commit, revision});
  }

  // pre-commit tells the range of a push.
  std::optional<Target> pre_push() const {
    const std::string from = variable("PRE_COMMIT_FROM_REF");
    if (from.empty() || all_zero(from)) return std::nullopt;
    const auto commit = repository_.commit(from);
    return commit ? std::optional(Target{*commit, "pushed"}) : std::nullopt;
  }

  std::optional<Error> since_merge_base(const Target& target) {
    scope_.kind = Scope::Kind::changed;
    const auto base = repository_.merge_base(target.commit, head_);
    if (!base) return no_base(target.label);
    return compare(*base, target.label);
  }

  // ---- by situation

  std::optional<Error> by_situation() {
    if (auto merged = merge_commit_of_pull_request()) return *merged;
    const std::string target = target_of_pull_request();
    if (!target.empty()) return since_target(target);
    if (request_.frozen == "pushed" || !variable("PRE_COMMIT").empty()) {
      if (const auto own = branches_.upstream_of_head()) return since_merge_base(*own);
    }
    const auto base = branches_.default_target(request_.configured_base);
    if (on_default_branch(base)) return on_default();
    if (!base) return no_base("");
    return since_merge_base(*base);
  }

  // GitHub and GitLab check out a merge of the branch into its target: HEAD^1 is the target, whatever the depth.
  std::optional<std::optional<Error>> merge_commit_of_pull_request() {
    const std::string reference = variable("GITHUB_REF");
    const std::string event = variable("CI_MERGE_REQUEST_EVENT_TYPE");
    // A workflow may check out the head of the branch instead, which GITHUB_SHA tells: then a merge at HEAD is one of
    // the target into the branch, and HEAD^1 the branch as it was.
    const bool github = reference.starts_with("refs/pull/") && reference.ends_with("/merge") && is_github_sha();
    const bool gitlab = event == "merged_result" || event == "merge_train";
    if (!github && !gitlab) return std::nullopt;
    const std::vector<std::string> parents = repository_.parents(head_);
    if (parents.size() < 2) {
      if (!repository_.shallow()) return std::nullopt;
      if (files_only()) return std::optional<Error>();
      return std::optional<Error>(depth_error());
    }
    scope_.kind = Scope::Kind::changed;
    scope_.note = "pull request: HEAD is its merge into the target";
    const std::string target = target_of_pull_request();
    return compare(parents[0], target.empty() ? "HEAD^1" : "origin/" + target);
  }

  bool is_github_sha() const {
    const std::string sha = variable("GITHUB_SHA");
    return sha.empty() || sha == head_;
  }

  std::string target_of_pull_request() const {
    for (const char* name : {"GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
                             "BITBUCKET_PR_DESTINATION_BRANCH", "CHANGE_TARGET"}) {
      if (std::string value = variable(name); !value.empty()) return value;
    }
    return {};
  }

  std::optional<Error> since_target(const std::string& branch) {
    if (const auto target = branches_.named(branch)) return since_merge_base(*target);
    if (repository_.shallow() && !variable("GITHUB_BASE_REF").empty() && is_github_sha()) {
      // Only the merge into the target was fetched.
      if (const std::vector<std::string> parents = repository_.parents(head_); parents.size() > 1) {
        scope_.kind = Scope::Kind::changed;
        return compare(parents[0], "HEAD^1");
      }
    }
    if (files_only()) return std::nullopt;
    if (repository_.shallow()) return depth_error();
    return Error{std::string(cannot_tell) + "the target branch `" + branch + "` is not in this clone; fetch it" +
                 std::string(go_on)};
  }

  std::string current_branch() const {
    for (const char* name : {"CI_COMMIT_BRANCH", "BITBUCKET_BRANCH"}) {
      if (std::string value = variable(name); !value.empty()) return value;
    }
    if (const std::string reference = variable("GITHUB_REF"); reference.starts_with("refs/heads/")) {
      return reference.substr(11);
    }
    const git::Reference* head = branches_.current();
    return head != nullptr ? head->name.substr(11) : "";
  }

  bool on_default_branch(const std::optional<Target>& base) const {
    const std::string current = current_branch();
    if (!current.empty() && current == variable("CI_DEFAULT_BRANCH")) return true;
    if (!base) {
      // The only branch there is: a repository that nobody shares yet.
      return !current.empty() && repository_.remotes().empty() && request_.configured_base.empty();
    }
    if (current.empty()) return !in_ci() && base->commit == head_;
    return current == branches_.without_remote(base->label);
  }

  bool in_ci() const { return !variable("CI").empty() || !variable("GITHUB_ACTIONS").empty(); }

  std::optional<Error> on_default() {
    if (in_ci()) {
      if (auto pushed = ci_push()) return *pushed;
    }
    scope_.kind = request_.changed ? Scope::Kind::changed : Scope::Kind::default_branch;
    // What is not pushed yet (without a remote: not committed) is new all the same.
    const auto upstream = branches_.upstream_of_head();
    std::optional<std::string> base = upstream ? repository_.merge_base(upstream->commit, head_) : std::nullopt;
    return compare(base.value_or(head_), base ? upstream->label : "HEAD");
  }

  std::string commit_before_push() const {
    if (std::string before = variable("CI_COMMIT_BEFORE_SHA"); !before.empty()) return before;
    const std::string event = variable("GITHUB_EVENT_PATH");
    if (event.empty()) return {};
    const auto text = disk()->read(event, std::size_t{32} << 20);
    if (!text) return {};
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    if (!json.is_object() || !json.contains("before") || !json["before"].is_string()) return {};
    return json["before"].get<std::string>();
  }

  // BEFORE..HEAD where the CI tells it, else the first parent.
  std::optional<std::optional<Error>> ci_push() {
    scope_.kind = Scope::Kind::changed;
    const std::string before = commit_before_push();
    if (!before.empty() && !all_zero(before)) {
      if (const auto commit = repository_.commit(before)) {
        scope_.note = "push to the default branch";
        return compare(*commit, "before the push");
      }
    }
    const std::vector<std::string> parents = repository_.parents(head_);
    if (!parents.empty()) {
      scope_.note = "push to the default branch";
      return compare(parents[0], "HEAD^1");
    }
    if (repository_.shallow()) {
      if (files_only()) return std::optional<Error>();
      return std::optional<Error>(depth_error());
    }
    return std::nullopt;
  }

  // ---- no base

  bool files_only() {
    if (!request_.only_files) return false;
    scope_.kind = Scope::Kind::files;
    scope_.note = "no base was found: which migrations are applied is not known";
    return true;
  }

  Error depth_error() const {
    const std::size_t has = depth();
    return Error{std::string(cannot_tell) + "clone has depth " + std::to_string(has) + "; fetch " +
                 (has < 2 ? "depth 2 (pull request) or 0" : "the base too, or depth 0") + std::string(go_on)};
  }

  std::size_t depth() const {
    const auto count = repository_.ask({"rev-list", "--count", "--first-parent", "HEAD"});
    if (!count) return 1;
    return std::max<std::size_t>(1, std::strtoul(count->out.c_str(), nullptr, 10));
  }

  std::optional<Error> no_base(const std::string& label) {
    if (files_only()) return std::nullopt;
    if (repository_.shallow()) return depth_error();
    if (label.empty()) {
      return Error{std::string(cannot_tell) +
                   "no default branch was found; name the base with --changed=REF or `base` "
                   "in the configuration" +
                   std::string(go_on)};
    }
    return Error{std::string(cannot_tell) + "HEAD and `" + label + "` have no common commit" + std::string(go_on)};
  }

  const ScopeRequest& request_;
  const Repository& repository_;
  Scope& scope_;
  Environment environment_;
  std::string head_;
  Branches branches_;
};

}  // namespace

// As git would find it, for where git does not run.
static bool in_repository(const std::string& directory) {
  std::error_code problem;
  for (auto at = std::filesystem::absolute(directory, problem); !at.empty(); at = at.parent_path()) {
    if (std::filesystem::exists(at / ".git", problem)) return true;
    if (at == at.parent_path()) break;
  }
  return false;
}

const git::ChangedFile* Scope::change_of(std::string_view path) const {
  const auto found =
      std::find_if(changes.begin(), changes.end(), [&](const git::ChangedFile& it) { return it.path == path; });
  return found == changes.end() ? nullptr : &*found;
}

Result<Scope> choose_scope(const ScopeRequest& request) {
  Scope scope;
  const bool asks_git = request.staged || request.changed.has_value();
  const auto opened = Repository::open(request.directory);
  if (!opened) {
    if (request.all && !asks_git) return scope;
    if (asks_git || in_repository(request.directory)) return opened.error();
    scope.kind = Scope::Kind::no_git;
    scope.note = "git does not run, and there is no repository: everything is judged";
    return scope;
  }
  if (!*opened) {
    if (asks_git) return Error{"this is no git repository: --changed and --staged need one"};
    scope.kind = request.all ? Scope::Kind::all : Scope::Kind::no_git;
    if (!request.all) scope.note = "no git repository: everything is judged";
    return scope;
  }
  const Repository& repository = **opened;
  scope.git = repository;
  if (request.all && !asks_git) {
    // Everything is judged; what was applied and then edited is still told from the base, where there is one.
    Scope base = scope;
    ScopeRequest quiet = request;
    quiet.only_files = true;
    if (!Chooser(quiet, repository, base).run()) {
      scope.git = repository;  // with what it has been asked
      scope.base = base.base;
      scope.base_label = base.base_label;
      scope.changes = std::move(base.changes);
    }
    return scope;
  }
  if (auto error = Chooser(request, repository, scope).run()) return *std::move(error);
  scope.git = repository;  // with what it has been asked
  if (request.only_files && !asks_git) scope.kind = Scope::Kind::files;
  return scope;
}

Result<Tracking> tracking_of(const git::Repository& repository, const std::vector<std::string>& paths) {
  const auto tracked = repository.tracked();
  if (!tracked) return tracked.error();
  std::vector<std::string> unknown;
  std::set_difference(paths.begin(), paths.end(), tracked->begin(), tracked->end(), std::back_inserter(unknown));
  unknown = repository.own(unknown);
  auto ignored = repository.ignored(unknown);
  if (!ignored) return ignored.error();
  std::erase_if(unknown, [&](const std::string& path) {
    return std::find(ignored->begin(), ignored->end(), path) != ignored->end();
  });
  return Tracking{*std::move(ignored), std::move(unknown)};
}

std::optional<Error> add_untracked(Scope& scope, const std::vector<std::string>& found) {
  if (!scope.git || scope.base.empty() || scope.kind == Scope::Kind::staged) return std::nullopt;
  const auto tracking = tracking_of(*scope.git, found);
  if (!tracking) return tracking.error();
  for (const std::string& path : tracking->untracked) {
    const auto at = std::lower_bound(scope.changes.begin(), scope.changes.end(), path,
                                     [](const git::ChangedFile& it, const std::string& to) { return it.path < to; });
    // A file taken out of the index that still lies in the work tree is no deletion of it.
    const bool deleted = at != scope.changes.end() && at->path == path && at->kind == git::ChangedFile::Kind::deleted;
    if (deleted) {
      at->kind = git::ChangedFile::Kind::edited;
      at->untracked = true;
    } else {
      scope.changes.insert(at, {git::ChangedFile::Kind::added, path, {}, true});
    }
  }
  return std::nullopt;
}

}  // namespace mlint::history
