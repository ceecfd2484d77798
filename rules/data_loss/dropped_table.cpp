#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_dropped_table {

static void check(const StatementView& view, Reporter& reporter) {
  const auto* drop = view.statement.operation.as<Drop>();
  if (drop == nullptr || drop->kind != ObjectKind::table) return;
  for (const QualifiedName& name : drop->names) {
    const QualifiedName table = resolved(view, name);
    const Relation* relation = view.before.find(table);
    if (is_new(view.before, table)) continue;
    if (relation != nullptr && relation->persistence == Persistence::temporary) continue;
    Finding finding;
    finding.message = "table " + ticked(table) + " is dropped with its rows";
    finding.help = "take a backup of the table first, and drop it one release after the code stopped using it";
    finding.subject = subject_of(table);
    report(view, reporter, Hazard::data_loss, table, std::move(finding));
  }
}

}  // namespace of_dropped_table

constexpr Rule dropped_table{
    .info = {.code = "ML202",
             .name = "dropped-table",
             .group = RuleGroup::data_loss,
             .severity = Severity::warning,
             .summary = "A table is dropped with all its rows.",
             .effect = "The rows are gone; rolling the migration back brings an empty table.",
             .instead = "Drop it one release after the code stopped using it, with a backup at hand.",
             .silent_when = "The table is made in the same migration or file, or is temporary; looks-like-rename says "
                            "more.",
             .equivalents = "squawk:ban-drop-table pgsafe:drop-table atlas:DS102 "
                            "django-migration-linter:DROP_TABLE django-safe-migrations:SM003 "
                            "pgfence:drop-table"},
    .on_statement = of_dropped_table::check,
};

}  // namespace mlint::rules
