#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "analyzer/base/source.h"
#include "analyzer/diagnostic/finding.h"
#include "analyzer/diagnostic/rule_info.h"
#include "analyzer/discover/workspace.h"
#include "analyzer/django/graph.h"
#include "analyzer/django/python_body.h"
#include "analyzer/django/replay.h"
#include "analyzer/django/squash.h"
#include "analyzer/effect/statement.h"
#include "analyzer/history/applied.h"
#include "analyzer/history/change.h"
#include "analyzer/lint/severity.h"
#include "analyzer/lint/twin.h"

// What a rule is and what it sees. A rule is a value: its data and one function; rules.def lists them.
namespace mlint {

struct SqlFile;  // analyzer/lint/load.h

enum class Language : std::uint8_t { django, sql };

// What is wrong with the text that was given, found before any rule runs.
struct InputProblem {
  enum class Kind : std::uint8_t {
    unreadable_migration,
    unreadable_sql,
    malformed_suppression,
    unused_suppression,
    unanalyzed_operation  // only under --strict
  };
  Kind kind = Kind::unreadable_migration;
  Location location;  // file none: `path`
  std::string path;
  std::string message;
};

// The run's facts that are the same for every migration of a project.
struct ProjectView {
  const Project& project;
  const Config& config;
  Server server;
  django::Version django_version;
  DeployModel deploy = DeployModel::unknown;
  std::string deploy_origin;
  const django::Graph* graph = nullptr;           // null without Django
  std::span<const django::Migration> migrations;  // of the project
  std::span<const SqlFile> sql_files = {};        // of the project, directory after directory in their order
  std::span<const SourceFile> sources;            // by FileId
  // Migrations added or edited on this branch (or all, when there is no base); what rules about a branch look at.
  std::span<const django::MigrationKey> changed;
  std::span<const InputProblem> input_problems;
  const history::Changes* history = nullptr;                // null: nothing to compare with
  const history::Applied* applied = nullptr;                // what a database says that it has applied; null: not known
  std::span<const django::SquashComparison> squashes = {};  // judged ones, where the chain that they replace is there
  std::span<const TwinDifference> twins = {};               // of judged migrations
  // How big and how busy a table is known to be ([tables] in the configuration).
  TableSize size_of(const QualifiedName& table) const;
};

// Existing tables that a transaction locks against writers, in the order of the statements that first do.
struct TransactionLocks {
  struct Locked {
    QualifiedName table;
    std::size_t statement = 0;
  };
  std::string migration;  // "orders.0042_x", or a file
  Location location;      // of the last of the statements
  std::vector<Locked> tables;
};

// What came, what went, and what may have moved rows from one to the other, in the order executed.
struct ColumnStep {
  enum class Kind : std::uint8_t { added, dropped, data };
  Kind kind = Kind::added;
  QualifiedName table;
  bool whole_table = false;     // the table itself, with `columns`
  std::vector<Column> columns;  // name and type
  QualifiedName keys_of;        // of one column: the table that its foreign key takes values from; empty name: none
  std::string text;             // of data: the code that moves it; empty when it is not known
  Location location;
  std::size_t statement = 0;
  std::string migration;  // "orders.0042_x", or a file
};

// A migration, or a .sql file, that is judged.
struct MigrationView {
  const ProjectView& project;
  Language language = Language::django;
  std::string app, name, path;
  FileId file = FileId::none;
  bool atomic = true;  // runs in a transaction of the runner
  SqlRunner runner = SqlRunner::none;
  const django::Migration* migration = nullptr;     // null for .sql
  const django::History::Judged* judged = nullptr;  // null for .sql
  std::span<const Statement> statements;            // all of it, in the order executed
  std::span<const Schema> before_statement;         // schema before statements[i]
  std::span<const std::size_t> operation_of;        // index of the operation (of .sql: i) that statements[i] belongs to
  bool runs_per_tenant = false;                     // django-tenants: once in every tenant's schema
  const std::set<QualifiedName>* branch_tables = nullptr;  // null: there is no base to tell a branch by
  // Made by the earlier parts of a first migration that makemigrations split (`initial = True` on each); null: none.
  std::shared_ptr<const std::set<QualifiedName>> initial_tables = nullptr;
  bool test_only = false;  // of an app that only test settings install
  // A squash of this branch for migrations that were merged before it: databases that have them take it as applied, and
  // only those run it that have nothing yet.
  bool stands_for_merged = false;
  // Nobody reads or writes it before this migration is deployed: another migration of this branch makes it, or another
  // part of the app's first one; or it exists in test databases only; or in new databases only.
  bool not_in_use(const QualifiedName& table) const;
  bool is_of_earlier_part(const QualifiedName& table) const;  // of `initial_tables`
  std::span<const TransactionLocks> locked_before = {};       // by earlier migrations of this branch
  std::span<const ColumnStep> steps_before = {};              // of earlier migrations of this branch
};

// Of its transactions that lock two tables or more.
std::vector<TransactionLocks> locks_by_transaction(const MigrationView& view);
// Of its tables that are not new; columns that it adds and drops again are left out.
std::vector<ColumnStep> column_steps(const MigrationView& view);

// One operation of a Django migration, or one statement of a .sql file, with the statements it causes; those inside a
// DO block stand behind the block.
struct OperationView {
  const MigrationView& migration;
  std::size_t index = 0;
  const django::ModelOperation* model = nullptr;  // null for .sql
  std::vector<const Statement*> statements;
  std::vector<const Schema*> before;  // schema before each of them
  Location location;
};

struct StatementView {
  const MigrationView& migration;
  const OperationView& operation;
  const Statement& statement;
  const Schema& before;
};

class Reporter {
 public:
  virtual ~Reporter() = default;
  // Fills in app, migration, operation, statement, SQL, locks and work from the view under judgement where the finding
  // leaves them empty, and the location too. Severity, suppression and scope are decided behind it. Findings of one
  // rule on one operation with the same subject are merged.
  virtual void add(Finding finding) = 0;
};

struct Rule {
  RuleInfo info;
  // Exactly one is set; a test checks it.
  void (*on_statement)(const StatementView&, Reporter&) = nullptr;
  void (*on_operation)(const OperationView&, Reporter&) = nullptr;
  void (*on_migration)(const MigrationView&, Reporter&) = nullptr;
  void (*on_project)(const ProjectView&, Reporter&) = nullptr;
};

}  // namespace mlint
