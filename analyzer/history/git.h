#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/result.h"

// git, asked by its own program: libgit2 lags behind worktrees, partial clones, safe.directory and SHA-256. No shell;
// nothing that a repository can name is run: hooks, fsmonitor, pagers, external diffs, text conversions, filters.
namespace mlint::git {

struct Output {
  int status = 0;
  std::string out, err;
};

// Runs `git ARGUMENTS` in a directory. Errors: git is not installed, or cannot be started.
Result<Output> run(const std::string& directory, const std::vector<std::string>& arguments,
                   std::string_view input = {});

struct ChangedFile {
  enum class Kind { added, edited, deleted, renamed };
  Kind kind = Kind::edited;
  std::string path;      // relative to the repository's root; of a deleted file, where it was
  std::string old_path;  // of a renamed file
  bool untracked = false;
  friend auto operator<=>(const ChangedFile&, const ChangedFile&) = default;
};

// A branch, of a remote or here, or the HEAD of a remote.
struct Reference {
  std::string name;        // "refs/heads/main"
  std::string stands_for;  // of a symbolic one: "refs/remotes/origin/main"
  std::string commit;
  std::string upstream;  // as configured; it may not be there
  bool current = false;  // what HEAD stands for
};

class Repository {
 public:
  // Nothing when the directory is in no work tree. Errors: git is missing or refuses (safe.directory).
  static Result<std::optional<Repository>> open(const std::string& directory);

  const std::string& root() const { return root_; }
  bool shallow() const { return shallow_; }
  // What to say behind a failure where objects may be missing; nothing is fetched.
  std::string partial_clone_hint() const;

  // Full name of the commit that `revision` means; nothing when there is none.
  std::optional<std::string> commit(const std::string& revision) const;
  std::optional<std::string> merge_base(const std::string& left, const std::string& right) const;
  std::vector<std::string> parents(const std::string& commit) const;
  std::string abbreviated(const std::string& commit) const;
  const std::vector<std::string>& remotes() const { return remotes_; }  // by name
  // All branches here; of each remote its HEAD and the branches `of_remotes`, where they are.
  std::vector<Reference> references(const std::vector<std::string>& of_remotes) const;

  // Python and SQL files of the index that differ between a commit and the work tree.
  Result<std::vector<ChangedFile>> changed_since(const std::string& commit) const;
  // Between a commit (empty: nothing is committed yet) and the index.
  Result<std::vector<ChangedFile>> staged_since(const std::string& commit) const;
  // Python and SQL files whose index differs from the work tree.
  Result<std::vector<std::string>> unstaged() const;
  // Python and SQL files in the index, sorted; asked once.
  Result<std::vector<std::string>> tracked() const;
  // Of `paths` (relative to the root) those that are this repository's: not in a submodule, nor beyond a link.
  std::vector<std::string> own(const std::vector<std::string>& paths) const;
  // Of such paths those that git ignores; it refuses to be asked about others.
  Result<std::vector<std::string>> ignored(const std::vector<std::string>& paths) const;

  Result<Output> ask(std::vector<std::string> arguments, std::string_view input = {}) const;

 private:
  std::optional<Error> read_configuration();
  Result<std::vector<ChangedFile>> diff(std::vector<std::string> arguments) const;
  Result<std::vector<std::string>> names(std::vector<std::string> arguments, std::string_view input = {}) const;

  std::string root_;
  bool shallow_ = false;
  bool partial_ = false;
  std::optional<std::string> head_;
  std::vector<std::string> remotes_;
  mutable std::shared_ptr<const std::vector<std::string>> tracked_;
  std::vector<std::string> overrides_;  // "-c", "filter.lfs.clean=", …
};

// Contents of files in commits or in the index, through one process for all questions.
class Blobs {
 public:
  explicit Blobs(const Repository& repository);
  ~Blobs();
  Blobs(const Blobs&) = delete;
  Blobs& operator=(const Blobs&) = delete;

  // `revision` is a commit, or "" for the index. Nothing: no such file there. Errors: git failed, or the file is larger
  // than `limit`.
  Result<std::optional<std::string>> read(const std::string& revision, const std::string& path, std::size_t limit);

 private:
  struct Process;
  const Repository& repository_;
  std::unique_ptr<Process> process_;
};

}  // namespace mlint::git
