#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "analyzer/diagnostic/report.h"
#include "analyzer/history/applied.h"
#include "analyzer/history/change.h"
#include "analyzer/lint/choose.h"
#include "analyzer/lint/load.h"

// The second phase of a run, in order: graph, replay, effects, rules.
namespace mlint {

// What is judged, and what is only context.
struct Scope {
  std::string kind = "all";  // all, changed, staged, files, history, applied
  std::string base;
  bool everything = true;                // every migration is judged and listed
  bool history = false;                  // the default branch: graph findings are listed, others are counted
  std::set<std::string> files;           // in scope, relative to the workspace root; deleted ones too
  std::vector<std::string> directories;  // the scope is narrowed to these; empty: it is not
  std::set<std::string> always;          // files that were named: in scope whatever else is said
  std::set<std::string> excluded;        // by configuration: context

  bool judges(const std::string& path) const;
  bool lists(const std::string& path) const;  // judged, and its findings are listed
  bool excludes(const std::string& path) const;
  bool within(const std::string& path) const;  // one of the directories, where there are any
};

struct RunOptions {
  std::vector<ChosenRule> rules;
  std::span<const Rule* const> known_rules;  // all of the registry: suppressions may name any
  int pg_version = 15;
  unsigned jobs = 1;                              // threads; 0: as many as processors
  std::optional<django::Version> django_version;  // of the command line or configuration
  std::string django_origin;
  bool assume_in_transaction = false;
  bool strict = false;
  Scope scope;
  std::vector<const history::Changes*> history;  // by project; null: nothing to compare with
  const history::Applied* applied = nullptr;     // of a saved showmigrations
  std::optional<django::MigrationKey> before;    // SQL files on their own see the schema just before this migration
};

// Findings sorted; the fields about how the scope was found, PostgreSQL and prefixes are the caller's.
Report run_rules(const Workspace& workspace, const Loaded& loaded, const RunOptions& options);

// The newest version when the text is empty or unreadable.
django::Version parse_django_version(std::string_view text);

}  // namespace mlint
