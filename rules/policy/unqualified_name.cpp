#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {

static void find_unqualified_name(const StatementView& view, Reporter& reporter) {
  const Operation& operation = view.statement.operation;
  QualifiedName name;
  if (const auto* table = operation.as<CreateTable>(); table && table->persistence != Persistence::temporary)
    name = table->name;
  if (const auto* alter = operation.as<AlterTable>()) name = alter->name;
  if (const auto* index = operation.as<CreateIndex>()) name = index->table;
  if (const auto* made = operation.as<CreateTableAs>(); made && made->persistence != Persistence::temporary)
    name = made->name;
  if (const auto* drop = operation.as<Drop>(); drop && drop->kind == ObjectKind::table)
    for (const QualifiedName& dropped : drop->names)
      if (dropped.schema.empty()) name = dropped;
  if (name.name.empty() || !name.schema.empty() || !is_written_sql(view)) return;
  Finding finding;
  finding.message = "table " + ticked(name.name) + " is named without its schema";
  finding.help = "write schema.table";
  finding.subject = "statement." + std::to_string(view.statement.index);
  reporter.add(std::move(finding));
}

constexpr Rule unqualified_name{
    .info = {.code = "ML807",
             .name = "unqualified-name",
             .group = RuleGroup::policy,
             .severity = Severity::warning,
             .enabled = false,
             .summary = "A table is named without its schema.",
             .effect = "search_path decides which table is meant.",
             .instead = "Write schema.table.",
             .equivalents = "squawk:require-table-schema pgsafe:require-schema-qualified"},
    .on_statement = find_unqualified_name,
};

}  // namespace mlint::rules
