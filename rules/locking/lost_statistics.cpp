#include <algorithm>

#include "analyzer/operation/printer.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_lost_statistics {

static bool is_analyzed_later(const StatementView& view, const QualifiedName& table, const std::string& column) {
  for (const Statement& later : view.migration.statements) {
    const auto* vacuum = later.operation.as<Vacuum>();
    if (later.index <= view.statement.index || vacuum == nullptr || !vacuum->analyze) continue;
    if (vacuum->tables.empty()) return true;
    for (std::size_t i = 0; i < vacuum->tables.size(); ++i) {
      const std::vector<std::string>& columns = vacuum->columns[i];
      const bool with_it = columns.empty() || std::find(columns.begin(), columns.end(), column) != columns.end();
      if (with_it && resolved(view, vacuum->tables[i]) == table) return true;
    }
  }
  return false;
}

static void check(const StatementView& view, Reporter& reporter) {
  each_action<alter::SetType>(view, [&](const alter::SetType& change, const QualifiedName& table) {
    if (view.migration.not_in_use(table) || is_analyzed_later(view, table, change.column)) return;
    Finding finding;
    finding.message =
        "the planner statistics of " + ticked(change.column) + " in " + ticked(table) + " are gone until ANALYZE runs";
    finding.help = "run ANALYZE " + quote_ident(table) + " (" + quote_ident(change.column) + ") after the migration";
    finding.notes.push_back(
        "open sessions with prepared statements may see \"cached plan must not change result type\"");
    finding.subject = subject_of(table, change.column);
    reporter.add(std::move(finding));
  });
}

}  // namespace of_lost_statistics

constexpr Rule lost_statistics{
    .info = {.code = "ML118",
             .name = "lost-statistics",
             .group = RuleGroup::locking,
             .severity = Severity::info,
             .summary = "A change of type drops the planner statistics of the column.",
             .effect = "Until ANALYZE has run, the planner guesses, and queries on the column may get bad "
                       "plans, even when the change itself was free.",
             .instead = "Run ANALYZE on the table right after the migration.",
             .silent_when =
                 "ANALYZE of the table or the column comes later in the same migration, or the table is made "
                 "in the same migration or on this branch."},
    .on_statement = of_lost_statistics::check,
};

}  // namespace mlint::rules
