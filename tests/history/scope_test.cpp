#include "analyzer/history/scope.h"

#include <catch2/catch.hpp>
#include <map>

#include "analyzer/discover/workspace.h"
#include "tests/history/scratch_repository.h"

using namespace mlint;
using history::Scope;
using history::ScopeRequest;
using Kind = git::ChangedFile::Kind;

namespace {

using Variables = std::map<std::string, std::string>;

ScopeRequest request(const ScratchRepository& repository, Variables variables = {}) {
  ScopeRequest made;
  made.directory = repository.root();
  made.environment = [variables = std::move(variables)](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  };
  return made;
}

// With what lies in the work tree beside the files that git knows.
Scope scope_of(const ScopeRequest& asked) {
  auto scope = history::choose_scope(asked);
  if (!scope) FAIL(scope.error().message);
  DiscoverOptions where;
  where.paths = {asked.directory};
  where.isolated = true;
  const auto problem = history::add_untracked(*scope, discover(*disk(), where)->files);
  if (problem) FAIL(problem->message);
  return *scope;
}

std::vector<std::string> paths(const Scope& scope) {
  std::vector<std::string> result;
  for (const git::ChangedFile& file : scope.changes) {
    const char* marks = "AMDR";
    result.push_back(std::string(1, marks[static_cast<int>(file.kind)]) + " " + file.path);
  }
  return result;
}

}  // namespace

TEST_CASE("a feature branch is compared with the merge base, work tree included", "[history]") {
  const ScratchRepository origin;
  origin.write("a/migrations/0001_initial.py", "one\n");
  origin.write("a/migrations/0002_more.py", "two\n");
  origin.write("a/migrations/0003_gone.py", "three, a file long enough to be told apart from the others\n");
  const std::string base = origin.commit("base");

  const ScratchRepository clone(origin.root());
  clone.git({"checkout", "-q", "-b", "feature"});
  clone.write("a/migrations/0004_new.py", "four\n");
  clone.commit("new");
  clone.write("a/migrations/0002_more.py", "two, edited\n");
  clone.write("a/migrations/0005_with space\nand line.py", "untracked\n");
  clone.write("notes.txt", "not judged\n");
  clone.remove("a/migrations/0003_gone.py");
  origin.write("a/migrations/0099_theirs.py", "their work is not ours\n");
  origin.commit("theirs");
  clone.git({"-c", "protocol.allow=always", "config", "x.y", "z"});

  const Scope scope = scope_of(request(clone));
  CHECK(scope.kind == Scope::Kind::changed);
  CHECK(scope.base == base);
  CHECK(scope.base_label == "origin/main@" + base.substr(0, 7));
  CHECK(paths(scope) == std::vector<std::string>{"M a/migrations/0002_more.py", "D a/migrations/0003_gone.py",
                                                 "A a/migrations/0004_new.py",
                                                 "A a/migrations/0005_with space\nand line.py"});
  CHECK(scope.change_of("a/migrations/0005_with space\nand line.py")->untracked);
  CHECK(scope_of([&] {
          ScopeRequest all = request(clone);
          all.all = true;
          return all;
        }())
            .kind == Scope::Kind::all);
}

TEST_CASE("a renamed migration is one change", "[history]") {
  const ScratchRepository repository;
  repository.write("m/migrations/0001_a.py", "a file that is long enough to be recognised when it moves\n1\n2\n3\n");
  const std::string first = repository.commit("one");
  repository.git({"mv", "m/migrations/0001_a.py", "m/migrations/0001_b.py"});
  ScopeRequest asked = request(repository);
  asked.changed = first;
  const Scope scope = scope_of(asked);
  REQUIRE(scope.changes.size() == 1);
  CHECK(scope.changes[0].kind == Kind::renamed);
  CHECK(scope.changes[0].old_path == "m/migrations/0001_a.py");
  CHECK(scope.changes[0].path == "m/migrations/0001_b.py");
}

TEST_CASE("on the default branch what is not pushed is new", "[history]") {
  const ScratchRepository origin;
  origin.write("a.py", "1\n");
  const std::string base = origin.commit("one");
  const ScratchRepository clone(origin.root());
  CHECK(scope_of(request(clone)).kind == Scope::Kind::default_branch);
  CHECK(scope_of(request(clone)).changes.empty());
  clone.write("b.py", "2\n");
  clone.commit("two");
  clone.write("c.py", "3\n");
  const Scope scope = scope_of(request(clone));
  CHECK(scope.kind == Scope::Kind::default_branch);
  CHECK(scope.base == base);
  CHECK(paths(scope) == std::vector<std::string>{"A b.py", "A c.py"});

  // Nobody shares this one: nothing but the last commit is old.
  const Scope alone = scope_of(request(origin));
  CHECK(alone.kind == Scope::Kind::default_branch);
  CHECK(alone.base == base);
}

TEST_CASE("a pull request in CI needs no more than its merge commit", "[history]") {
  const ScratchRepository origin;
  origin.write("a.py", "1\n");
  origin.commit("one");
  origin.git({"checkout", "-q", "-b", "feature"});
  origin.write("b.py", "2\n");
  origin.commit("two");
  origin.git({"checkout", "-q", "main"});
  origin.write("c.py", "3\n");
  const std::string tip = origin.commit("three");
  origin.git({"merge", "-q", "--no-ff", "-m", "merge", "feature"});
  const Variables github = {{"CI", "true"}, {"GITHUB_BASE_REF", "main"}, {"GITHUB_REF", "refs/pull/7/merge"}};

  const ScratchRepository two(origin.root(), {"--depth", "2"});
  const Scope scope = scope_of(request(two, github));
  CHECK(scope.kind == Scope::Kind::changed);
  CHECK(scope.base == tip);
  CHECK(scope.base_label == "origin/main@" + tip.substr(0, 7));
  CHECK(paths(scope) == std::vector<std::string>{"A b.py"});

  const ScratchRepository one(origin.root(), {"--depth", "1"});
  const auto refused = history::choose_scope(request(one, github));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message ==
        "cannot tell which migrations are new: clone has depth 1; fetch depth 2 (pull request) or 0, or pass --all");
  ScopeRequest files = request(one, github);
  files.only_files = true;
  CHECK(scope_of(files).kind == Scope::Kind::files);
  CHECK(scope_of(files).base.empty());
}

TEST_CASE("a push to the default branch in CI is compared with what was there before", "[history]") {
  const ScratchRepository origin;
  origin.write("a.py", "1\n");
  const std::string before = origin.commit("one");
  origin.write("b.py", "2\n");
  const std::string between = origin.commit("two");
  origin.write("c.py", "3\n");
  origin.commit("three");
  const ScratchRepository clone(origin.root());
  const Scope told =
      scope_of(request(clone, {{"CI", "1"}, {"CI_COMMIT_BRANCH", "main"}, {"CI_COMMIT_BEFORE_SHA", before}}));
  CHECK(told.kind == Scope::Kind::changed);
  CHECK(paths(told) == std::vector<std::string>{"A b.py", "A c.py"});
  const Scope untold = scope_of(
      request(clone, {{"CI", "1"}, {"CI_COMMIT_BRANCH", "main"}, {"CI_COMMIT_BEFORE_SHA", std::string(40, '0')}}));
  CHECK(untold.base == between);

  clone.write("event.json", "{\"before\": \"" + before + "\"}");
  const Scope event = scope_of(request(clone, {{"GITHUB_ACTIONS", "true"},
                                               {"GITHUB_REF", "refs/heads/main"},
                                               {"GITHUB_EVENT_PATH", clone.root() + "/event.json"}}));
  CHECK(event.base == before);
  CHECK_FALSE(
      history::choose_scope(request(ScratchRepository(origin.root(), {"--depth", "1"}),
                                    {{"CI", "1"}, {"CI_COMMIT_BRANCH", "main"}, {"CI_COMMIT_BEFORE_SHA", before}})));
}

TEST_CASE("the target is the remote's branch, not a local one that is behind it", "[history]") {
  const ScratchRepository origin;
  origin.write("a.py", "1\n");
  origin.commit("one");
  const ScratchRepository clone(origin.root());
  origin.write("b.py", "2\n");
  const std::string tip = origin.commit("two");
  clone.fetch();
  clone.git({"checkout", "-q", "-b", "feature", "origin/main"});
  CHECK(scope_of(request(clone)).base == tip);
  CHECK(scope_of(request(clone, {{"CHANGE_TARGET", "main"}})).base == tip);
  ScopeRequest configured = request(clone);
  configured.configured_base = "main";
  CHECK(scope_of(configured).base == tip);
  const auto missing = history::choose_scope(request(clone, {{"GITHUB_BASE_REF", "release"}}));
  REQUIRE_FALSE(missing);
  CHECK(missing.error().message ==
        "cannot tell which migrations are new: the target branch `release` is not in this clone; fetch it, or pass "
        "--all");
}

TEST_CASE("--staged compares HEAD with the index and reads the index", "[history]") {
  const ScratchRepository repository;
  repository.write("a.py", "1\n");
  repository.write("b.py", "1\n");
  repository.commit("one");
  repository.write("a.py", "staged\n");
  repository.write("new.py", "staged\n");
  repository.git({"add", "-A"});
  repository.write("a.py", "not staged\n");
  repository.write("b.py", "not staged\n");
  ScopeRequest asked = request(repository);
  asked.staged = true;
  const Scope scope = scope_of(asked);
  CHECK(scope.kind == Scope::Kind::staged);
  CHECK(paths(scope) == std::vector<std::string>{"M a.py", "A new.py"});
  CHECK(scope.index_contents.at("a.py") == std::optional<std::string>("staged\n"));
  CHECK(scope.index_contents.at("b.py") == std::optional<std::string>("1\n"));
  CHECK_FALSE(scope.index_contents.contains("new.py"));
}

TEST_CASE("without git, without commits, with a reference that is none", "[history]") {
  const ScratchRepository repository;
  repository.write("a.py", "1\n");
  CHECK(scope_of(request(repository)).kind == Scope::Kind::all);
  CHECK(scope_of(request(repository)).note == "the repository has no commits yet: everything is judged");
  ScopeRequest asked = request(repository);
  asked.changed = "--output=/tmp/x";
  CHECK_FALSE(history::choose_scope(asked));
  repository.commit("one");
  const auto wrong = history::choose_scope(asked);
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().message == "`--output=/tmp/x` is no commit of this repository");

  ScopeRequest outside = request(repository);
  outside.directory = "/";
  CHECK(scope_of(outside).kind == Scope::Kind::no_git);
  outside.staged = true;
  CHECK_FALSE(history::choose_scope(outside));
}

TEST_CASE("linked worktrees work as any other", "[history]") {
  const ScratchRepository repository;
  repository.write("a.py", "1\n");
  const std::string base = repository.commit("one");
  repository.git({"worktree", "add", "-q", "-b", "feature", "tree"});
  ScopeRequest asked = request(repository);
  asked.directory = repository.root() + "/tree";
  repository.write("tree/b.py", "2\n");
  const Scope scope = scope_of(asked);
  CHECK(scope.git.value().root() == repository.root() + "/tree");
  CHECK(scope.base == base);
  CHECK(paths(scope) == std::vector<std::string>{"A b.py"});
}

TEST_CASE("nothing that a repository names is run", "[history]") {
  const ScratchRepository repository;
  repository.write("a.py", "1\n");
  repository.write(".gitattributes", "*.py filter=evil diff=evil\n");
  repository.commit("one");
  repository.git({"checkout", "-q", "-b", "feature"});
  const std::string mark = repository.root() + "/ran";
  const std::string program = "touch " + mark + "; cat";
  for (const char* key : {"filter.evil.clean", "filter.evil.smudge", "diff.evil.textconv", "diff.evil.command",
                          "diff.external", "core.fsmonitor", "core.pager"}) {
    repository.git({"config", key, program});
  }
  repository.git({"config", "filter.evil.required", "true"});
  repository.write("a.py", "2\n");
  const Scope scope = scope_of(request(repository));
  CHECK(paths(scope) == std::vector<std::string>{"M a.py"});
  CHECK_FALSE(std::filesystem::exists(mark));
}

TEST_CASE("what a partial clone lacks is not fetched: the repository says by which program", "[history]") {
  const ScratchRepository repository;
  repository.write("a.py", "1\n");
  const std::string base = repository.commit("one");
  const std::string blob = repository.git({"rev-parse", "HEAD:a.py"});
  repository.git({"checkout", "-q", "-b", "feature"});
  repository.write("a.py", "2\n");
  repository.commit("two");
  const std::string mark = repository.root() + "/ran";
  for (const auto& [key, value] : {std::pair{"remote.origin.url", "ext::sh -c touch% " + mark},
                                   {"remote.origin.promisor", "true"},
                                   {"protocol.ext.allow", "always"},
                                   {"core.repositoryformatversion", "1"},
                                   {"extensions.partialClone", "origin"}}) {
    repository.git({"config", key, value});
  }
  repository.remove(".git/objects/" + blob.substr(0, 2) + "/" + blob.substr(2));
  const auto opened = git::Repository::open(repository.root());
  REQUIRE(opened);
  REQUIRE(*opened);
  git::Blobs blobs(**opened);
  const auto content = blobs.read(base, "a.py", 1000);
  REQUIRE_FALSE(content);
  CHECK_THAT(content.error().message, Catch::Contains("partial clone"));
  CHECK_FALSE(std::filesystem::exists(mark));
}

TEST_CASE("a filter that cannot be kept from running is refused", "[history]") {
  const ScratchRepository repository;
  repository.git({"config", "filter.a=b.clean", "cat"});
  const auto opened = git::Repository::open(repository.root());
  REQUIRE_FALSE(opened);
  CHECK_THAT(opened.error().message, Catch::Contains("filter.a=b.clean"));
}

TEST_CASE("files that git ignores or does not know", "[history]") {
  const ScratchRepository repository;
  repository.write("a.py", "1\n");
  repository.write(".gitignore", "migrations/\n");
  repository.commit("one");
  repository.write("b.py", "2\n");
  repository.write("app/migrations/0001_initial.py", "3\n");
  repository.git({"init", "-q", "sub"});  // another repository's: this one says nothing of its files
  repository.write("sub/migrations/0001_a.py", "4\n");
  const auto opened = git::Repository::open(repository.root());
  REQUIRE(opened);
  REQUIRE(*opened);
  const auto tracking =
      history::tracking_of(**opened, {"a.py", "app/migrations/0001_initial.py", "b.py", "sub/migrations/0001_a.py"});
  REQUIRE(tracking);
  CHECK(tracking->untracked == std::vector<std::string>{"b.py"});
  CHECK(tracking->ignored == std::vector<std::string>{"app/migrations/0001_initial.py"});
}

TEST_CASE("contents of commits and of the index come through one process", "[history]") {
  const ScratchRepository repository;
  repository.write("a.py", "one\n");
  repository.write("line\nbreak.py", "odd\n");
  repository.write("empty.py", "");
  const std::string first = repository.commit("one");
  repository.write("a.py", "two\n");
  repository.git({"add", "-A"});
  const auto opened = git::Repository::open(repository.root());
  REQUIRE(opened);
  REQUIRE(*opened);
  git::Blobs blobs(**opened);
  CHECK(*blobs.read(first, "a.py", 100) == std::optional<std::string>("one\n"));
  CHECK(*blobs.read("", "a.py", 100) == std::optional<std::string>("two\n"));
  CHECK(*blobs.read(first, "empty.py", 100) == std::optional<std::string>(""));
  CHECK(*blobs.read(first, "absent.py", 100) == std::nullopt);
  CHECK(*blobs.read(first, "line\nbreak.py", 100) == std::optional<std::string>("odd\n"));
  CHECK_FALSE(blobs.read(first, "a.py", 2));
  CHECK(*blobs.read(first, "a.py", 100) == std::optional<std::string>("one\n"));
}
