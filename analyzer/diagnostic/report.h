#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/source.h"
#include "analyzer/diagnostic/finding.h"
#include "analyzer/diagnostic/rule_info.h"

// What a run found, as lint hands it to the writers of reports.
namespace mlint {

// The worst that is true of a migration; in order.
enum class Verdict : std::uint8_t { unattended, quiet_hours, window, multi_release, blocked };
std::string_view name_of(Verdict verdict);

struct MigrationVerdict {
  std::string app, name, file;
  Verdict verdict = Verdict::unattended;
  bool backup_first = false;
  std::vector<std::size_t> reasons;  // indices of findings
};

struct Unanalyzed {  // an operation whose statements are not all known
  Location location;
  std::string what, reason;
};

struct ScopeSummary {
  std::string kind;  // all, changed, staged, files, history, stdin, applied
  std::string base;  // "origin/main@ab12cd3"; empty without one
  std::size_t judged = 0, context = 0;
};

struct ProjectSummary {
  std::string root;  // relative to the root of the report; "." for itself
  bool django = false;
  std::size_t migrations = 0, judged = 0;
  std::string version, version_origin;  // of Django
};

struct Report {
  ScopeSummary scope;
  std::string postgresql, postgresql_origin;
  std::vector<ProjectSummary> projects;
  std::size_t files = 0, migrations = 0, operations = 0, suppressed = 0;
  std::vector<Unanalyzed> unanalyzed;
  std::map<std::string, std::size_t> unlisted;  // rule -> findings that the scope leaves out
  std::vector<Diagnostic> findings;             // sorted
  std::vector<MigrationVerdict> verdicts;       // of judged migrations, in their order
  std::vector<std::string> notes;               // what was assumed and why
  std::vector<std::string> remarks;             // how the scope was found, what is not read: said without being asked
  std::vector<std::string> problems;            // configuration, files, git: what made the run incomplete
  std::vector<const RuleInfo*> rules;           // that ran, by code
  std::span<const SourceFile> sources;          // by FileId
  // What to put before a source's path to have it relative to the repository, and to the working directory.
  std::string repository_prefix, terminal_prefix;

  std::size_t count(Severity severity) const;
  const SourceFile* source(FileId file) const;        // null for none
  std::string path_of(const Finding& finding) const;  // relative to the root of the report
  std::string path_of(const Label& label) const;
};

}  // namespace mlint
