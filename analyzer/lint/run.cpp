#include "analyzer/lint/run.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "analyzer/base/overloaded.h"
#include "analyzer/discover/glob.h"
#include "analyzer/discover/path.h"
#include "analyzer/lint/collector.h"
#include "analyzer/lint/judge.h"
#include "analyzer/lint/verdict.h"

namespace mlint {
namespace {

bool table_matches(const std::vector<std::string>& globs, const QualifiedName& table) {
  if (globs.empty()) return false;
  const std::string full = (table.schema.empty() ? "public" : table.schema) + "." + table.name;
  return std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) {
    return glob_matches(glob, table.name) || glob_matches(glob, full);
  });
}

}  // namespace

TableSize ProjectView::size_of(const QualifiedName& table) const {
  if (table_matches(config.hot_tables, table)) return TableSize::hot;
  if (table_matches(config.large_tables, table)) return TableSize::large;
  if (table_matches(config.small_tables, table)) return TableSize::small;
  return TableSize::unknown;
}

bool MigrationView::not_in_use(const QualifiedName& table) const {
  if (test_only || stands_for_merged) return true;
  const QualifiedName full{table.schema.empty() ? "public" : table.schema, table.name};
  return (branch_tables && branch_tables->contains(full)) || is_of_earlier_part(table);
}

bool MigrationView::is_of_earlier_part(const QualifiedName& table) const {
  return initial_tables &&
         initial_tables->contains(QualifiedName{table.schema.empty() ? "public" : table.schema, table.name});
}

std::vector<TransactionLocks> locks_by_transaction(const MigrationView& view) {
  std::map<std::uint32_t, TransactionLocks> found;
  for (const Statement& statement : view.statements) {
    if (!statement.transaction) continue;
    TransactionLocks& locks = found[*statement.transaction];
    for (const RelationLock& lock : statement.effects.locks) {
      const bool table = lock.kind == RelationKind::table || lock.kind == RelationKind::partitioned_table;
      if (!table || lock.new_in_unit || !stops_writers(lock.mode) || view.not_in_use(lock.relation)) continue;
      const bool known = std::any_of(locks.tables.begin(), locks.tables.end(),
                                     [&](const auto& it) { return it.table == lock.relation; });
      if (known) continue;
      locks.tables.push_back({lock.relation, statement.index});
      locks.location = statement.location;
    }
  }
  std::vector<TransactionLocks> result;
  for (auto& [number, locks] : found) {
    if (locks.tables.size() < 2) continue;
    locks.migration = view.app.empty() ? view.path : view.app + "." + view.name;
    result.push_back(std::move(locks));
  }
  return result;
}

bool Scope::judges(const std::string& path) const { return (history && within(path)) || lists(path); }

bool Scope::lists(const std::string& path) const {
  return always.contains(path) || ((everything || files.contains(path)) && within(path));
}

bool Scope::excludes(const std::string& path) const { return excluded.contains(path) && !always.contains(path); }

bool Scope::within(const std::string& path) const {
  if (excludes(path)) return false;
  return directories.empty() || std::any_of(directories.begin(), directories.end(), [&](const std::string& directory) {
           return path::below(path, directory).has_value();
         });
}

django::Version parse_django_version(std::string_view text) {
  django::Version version;
  int* const parts[] = {&version.major, &version.minor, &version.patch};
  int parsed[] = {0, 0, 0};
  std::size_t count = 0;
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  while (count < 3 && at < end) {
    const auto [next, error] = std::from_chars(at, end, parsed[count]);
    if (error != std::errc()) break;
    ++count;
    if (next == end || *next != '.') break;
    at = next + 1;
  }
  for (std::size_t i = 0; i < count; ++i) *parts[i] = parsed[i];
  if (count == 1) version.minor = 0;
  return version;
}

namespace {

std::vector<Span> python_comments(const django::Migration& migration) {
  std::vector<Span> spans;
  for (const py::Comment& comment : migration.module.comments) spans.push_back(comment.span);
  // Comments in the strings of RunSQL speak about their statement.
  std::vector<const django::ModelOperation*> left;
  for (const django::ModelOperation& operation : migration.operations) left.push_back(&operation);
  while (!left.empty()) {
    const django::ModelOperation& operation = *left.back();
    left.pop_back();
    for (const django::ModelOperation& nested : operation.database_operations) left.push_back(&nested);
    for (const django::SqlText& sql : operation.sql) {
      for (const sql::SqlComment& comment : sql.parsed.comments) {
        const Location location = sql.map.map(comment.span);
        if (location.file == migration.file) spans.push_back(location.span);
      }
    }
  }
  return spans;
}

class Run {
 public:
  Run(const Workspace& workspace, const Loaded& loaded, const RunOptions& options)
      : workspace_(workspace), loaded_(loaded), options_(options), names_(options.known_rules) {
    for (const LoadedProject& project : loaded.projects) problems_.push_back(project.problems);
    read_suppressions();
  }

  Report report() {
    const FindingContext context(loaded_, options_, suppressions_);
    Collector collector(context);
    for (std::size_t i = 0; i < loaded_.projects.size(); ++i) project(i, collector);
    report_.findings = collector.take_findings();
    report_.unlisted = collector.take_unlisted();
    report_.suppressed = collector.suppressed();
    add_reasons(report_.verdicts, report_.findings);
    report_.scope.kind = options_.scope.kind;
    report_.scope.base = options_.scope.base;
    report_.files = loaded_.files;
    report_.sources = loaded_.sources;
    for (const ChosenRule& chosen : options_.rules) report_.rules.push_back(&chosen.rule->info);
    return std::move(report_);
  }

 private:
  void read_suppressions() {
    for (std::size_t i = 0; i < loaded_.projects.size(); ++i) {
      const auto read = [&](FileId id, const std::vector<Span>& comments) {
        const SourceFile& file = loaded_.sources[static_cast<std::size_t>(id)];
        suppressions_.read(file, id, comments, names_, problems_[i]);
      };
      for (const django::Migration& migration : loaded_.projects[i].migrations) {
        read(migration.file, python_comments(migration));
      }
      for (const SqlFile& file : loaded_.projects[i].sql_files) {
        std::vector<Span> comments;
        for (const sql::SqlComment& comment : file.parsed.comments) comments.push_back(comment.span);
        read(file.file, comments);
      }
    }
  }

  void project(std::size_t index, Collector& collector) {
    const std::size_t judged_before = report_.scope.judged;
    ProjectJudge judge(workspace_, loaded_, index, options_, report_, collector);
    judge.migrations();
    judge.project_rules(problems_[index], false);
    add_unused(index, judge.judged_files(), collector);
    judge.project_rules(problems_[index], true);
    const Project& project = *loaded_.projects[index].project;
    const std::size_t migrations = loaded_.projects[index].migrations.size() + loaded_.projects[index].sql_files.size();
    ProjectSummary summary{
        project.prefix.empty() ? "." : project.prefix, project.django,         migrations,
        report_.scope.judged - judged_before,          judge.django_version(), judge.django_origin()};
    report_.migrations += migrations;
    report_.projects.push_back(std::move(summary));
    for (const std::string& note : project.notes) report_.notes.push_back(note);
  }

  // A suppression is unused only when its rule looked at the file and it hid nothing.
  void add_unused(std::size_t index, const std::set<FileId>& judged, const Collector& collector) {
    for (std::size_t i = 0; i < suppressions_.all().size(); ++i) {
      const Suppression& each = suppressions_.all()[i];
      if (collector.used(i) || !judged.contains(each.location.file)) continue;
      const bool ran = std::any_of(options_.rules.begin(), options_.rules.end(),
                                   [&](const ChosenRule& chosen) { return chosen.rule == each.rule; });
      if (!ran || each.rule->info.group == RuleGroup::input) continue;
      const SourceFile& file = loaded_.sources[static_cast<std::size_t>(each.location.file)];
      problems_[index].push_back({InputProblem::Kind::unused_suppression, each.location, file.path(),
                                  "`" + each.written + "` is ignored here and reports nothing"});
    }
  }

  const Workspace& workspace_;
  const Loaded& loaded_;
  const RunOptions& options_;
  RuleNames names_;
  Suppressions suppressions_;
  std::vector<std::vector<InputProblem>> problems_;  // by project
  Report report_;
};

}  // namespace

Report run_rules(const Workspace& workspace, const Loaded& loaded, const RunOptions& options) {
  return Run(workspace, loaded, options).report();
}

}  // namespace mlint
