#include <algorithm>

#include "analyzer/schema/expressions.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_replaced_function_in_use {

static bool calls(const SharedExpr& expression, const QualifiedName& name, const Schema& schema) {
  if (!expression) return false;
  const std::vector<QualifiedName> called = functions_of(*expression);
  return std::any_of(called.begin(), called.end(), [&](const QualifiedName& it) {
    return it.name == name.name && (it.schema.empty() || schema.find_function(it) == schema.find_function(name));
  });
}

// What holds values of the function: an index over it, or a stored column.
static std::string stored_in(const Relation& table, const QualifiedName& name, const Schema& schema) {
  for (const IndexState& index : table.indexes) {
    bool uses = calls(index.definition.where, name, schema);
    for (const IndexElement& element : index.definition.elements)
      uses = uses || calls(element.expression, name, schema);
    if (uses) return "index " + ticked(index.name.name);
  }
  for (const ColumnState& column : table.columns)
    if (column.generated_stored && calls(column.generated, name, schema)) return "column " + ticked(column.name);
  return {};
}

// CREATE OR REPLACE of another body: what was computed by the old one stays where it is.
static void check_replacement(const StatementView& view, Reporter& reporter) {
  const auto* made = view.statement.operation.as<CreateFunction>();
  if (made == nullptr || !made->or_replace) return;
  const std::vector<const FunctionState*> known = view.before.functions(made->name);
  const auto same = [&](const FunctionState* it) {
    return it->definition.parameters.size() == made->parameters.size() && it->definition.body != made->body;
  };
  if (std::none_of(known.begin(), known.end(), same)) return;
  for (const Relation* table : view.before.relations()) {
    const std::string what = stored_in(*table, made->name, view.before);
    if (what.empty() || is_new(view.before, table->name)) continue;
    Finding finding;
    finding.message = what + " of " + ticked(table->name) + " keeps what the replaced " + ticked(made->name) +
                      " computed: queries that use it give wrong rows";
    finding.help = what.starts_with("index") ? "REINDEX INDEX CONCURRENTLY behind it, or index another function"
                                             : "write the column anew in batches behind it";
    finding.subject = subject_of(table->name, made->name.name);
    finding.severity = Severity::warning;
    reporter.add(std::move(finding));
  }
}

static void check(const StatementView& view, Reporter& reporter) {
  check_replacement(view, reporter);
  const auto* drop = view.statement.operation.as<Drop>();
  if (drop == nullptr || !is_written_sql(view)) return;
  if (drop->kind != ObjectKind::function && drop->kind != ObjectKind::procedure && drop->kind != ObjectKind::routine &&
      drop->kind != ObjectKind::type && drop->kind != ObjectKind::extension)
    return;
  for (const QualifiedName& name : drop->names) {
    for (const Statement& other : view.migration.statements)  // dropped to be made anew
      if (const auto* made = other.operation.as<CreateFunction>(); made != nullptr && made->name.name == name.name)
        return;
    Finding finding;
    finding.message = "queries of running code that use " + ticked(name) + " fail once it is gone";
    finding.help = "drop it one release after its last use";
    finding.subject = subject_of(name);
    finding.severity = may_break_running_code(view.migration.project.deploy);
    if (*finding.severity != Severity::off) reporter.add(std::move(finding));
  }
}

}  // namespace of_replaced_function_in_use

constexpr Rule replaced_function_in_use{
    .info =
        {.code = "ML312",
         .name = "replaced-function-in-use",
         .group = RuleGroup::deploy,
         .severity = Severity::info,
         .summary =
             "A function that running code may call is dropped, or one that an index stores values of is replaced.",
         .effect =
             "Queries of the previous release, triggers and views that use it fail. An index keeps the values of the "
             "old body, and queries through it give wrong rows.",
         .instead = "Drop it one release after its last use; REINDEX what stores its values.",
         .silent_when = "It is made anew in the same migration, or replaced by the same body."},
    .on_statement = of_replaced_function_in_use::check,
};

}  // namespace mlint::rules
