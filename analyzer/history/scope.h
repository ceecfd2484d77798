#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/result.h"
#include "analyzer/history/git.h"

// Which migrations a run judges: by what was asked, else by the situation (a branch, the default branch, a pull request
// in CI, no git at all).
namespace mlint::history {

struct Scope {
  enum class Kind {
    all,             // everything: asked for, or nothing says what is old
    changed,         // what differs from the base
    staged,          // what differs between HEAD and the index
    files,           // only the files named; `changes` still says what differs from the base
    default_branch,  // the graph of everything; operations of what is not pushed or not committed yet
    no_git           // everything, because there is no repository
  };
  Kind kind = Kind::all;
  std::string base;                    // full name of the commit; empty: none
  std::string base_label;              // "origin/main@ab12cd3"
  std::string note;                    // for the summary: how the scope was found
  std::optional<git::Repository> git;  // none: no repository
  // Python and SQL files that differ from the base in the work tree, relative to the repository's root; nothing for
  // `no_git`, nor where no base is found.
  std::vector<git::ChangedFile> changes;
  // Kind::staged: contents of the index where the work tree differs; nullopt: not in the index.
  std::map<std::string, std::optional<std::string>> index_contents;

  const git::ChangedFile* change_of(std::string_view path) const;  // relative to the repository's root
};

using Environment = std::function<std::string(const char*)>;  // empty: not set

struct ScopeRequest {
  std::string directory = ".";  // in the work tree
  bool all = false, staged = false;
  std::optional<std::string> changed;  // --changed: "" finds the base by itself
  bool only_files = false;             // every PATH is a file: a base that cannot be had is no error
  std::string configured_base;
  std::string frozen = "merged";  // merged: compared with the target; pushed: with the branch's own upstream
  Environment environment;        // of the process when empty
};

// Asks git, whose files are those of the index.
Result<Scope> choose_scope(const ScopeRequest& request);
// Of the Python and SQL files that were found (relative to the repository's root, sorted) those that git would add are
// changes too. For git to look for them would be to walk the work tree twice.
std::optional<Error> add_untracked(Scope& scope, const std::vector<std::string>& found);

struct Tracking {
  std::vector<std::string> ignored;    // git ignores them and does not track them
  std::vector<std::string> untracked;  // git would add them
};
// Of files (relative to the repository's root, sorted): one that is not under version control never deploys.
Result<Tracking> tracking_of(const git::Repository& repository, const std::vector<std::string>& paths);

}  // namespace mlint::history
