#pragma once

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "analyzer/django/graph.h"
#include "analyzer/django/replay.h"
#include "analyzer/lint/collector.h"
#include "analyzer/lint/outcome.h"
#include "analyzer/lint/parallel.h"
#include "analyzer/lint/run.h"
#include "analyzer/lint/unused_tables.h"

namespace mlint {

// One project of a run: its history replayed, its SQL files run through a session, every rule asked.
class ProjectJudge {
 public:
  ProjectJudge(const Workspace& workspace, const Loaded& loaded, std::size_t index, const RunOptions& options,
               Report& report, Collector& collector);

  void migrations();
  // Rules about the project as a whole; those about the input run last, when all else is known.
  void project_rules(std::span<const InputProblem> problems, bool input_rules);

  const std::set<FileId>& judged_files() const { return judged_files_; }
  std::string django_version() const;
  const std::string& django_origin() const { return django_origin_; }

 private:
  void set_versions();
  void find_changed();
  void build_graph();
  void django_history();
  void judge(const django::Migration& migration, django::History& history, Workers& workers);
  void compare_with_replaced(const django::Migration& squash, const django::History& before);
  void compare_with_text(const django::Migration& migration, const django::LoweredMigration& lowered);
  void sql_files();
  Schema schema_for_lone_file() const;
  void sql_file(const SqlFile& file, Session& session, bool last_of_transaction);
  void run_rules(MigrationView view);
  void take(Outcome outcome);
  bool by_branch() const;
  bool stands_for_merged(const django::Migration& migration) const;
  void note_for_later(const MigrationView& view);
  void note_initial(MigrationView& view);
  void count(const MigrationView& view);  // as judged
  const SourceFile& source(FileId file) const { return loaded_.sources[static_cast<std::size_t>(file)]; }

  const Workspace& workspace_;
  const Loaded& loaded_;
  const LoadedProject& project_;
  const RunOptions& options_;
  Report& report_;
  Collector& collector_;
  std::size_t unanalyzed_before_;  // those of earlier projects
  django::Graph graph_;
  std::vector<django::MigrationKey> changed_;
  std::string django_origin_;
  ProjectView view_;
  std::vector<django::SquashComparison> squashes_;
  std::vector<TwinDifference> twins_;
  std::set<FileId> judged_files_;
  UnusedTables unused_;
  std::vector<TransactionLocks> branch_locks_;
  std::vector<ColumnStep> branch_steps_;
  std::deque<Outcome> outcomes_;  // of migrations that are being judged, in their order
  Unit next_unit_ = 1;
};

}  // namespace mlint
