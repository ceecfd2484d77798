#include "rules/data/every_row.h"

#include <algorithm>

#include "analyzer/operation/print_expression.h"
#include "analyzer/operation/printer.h"
#include "rules/recipe.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace {

// Reads no row, so that it holds for all of them or for none: true, 1 = 1.
bool ignores_the_row(const Expr& condition) {
  switch (condition.kind) {
    case Expr::Kind::constant:
      return true;
    case Expr::Kind::operator_:
    case Expr::Kind::cast:
    case Expr::Kind::and_:
    case Expr::Kind::or_:
    case Expr::Kind::not_:
    case Expr::Kind::is_null:
    case Expr::Kind::is_not_null:
    case Expr::Kind::boolean_test:
      return std::all_of(condition.arguments.begin(), condition.arguments.end(), ignores_the_row);
    default:
      return false;
  }
}

std::string assignments_of(const Query& query) {
  std::string text;
  for (const Query::Assignment& set : query.assignments)
    text += (text.empty() ? "" : ", ") + quote_ident(set.column) + " = " + print_expression(set.value);
  return text;
}

}  // namespace

void find_change_of_every_row(const StatementView& view, Reporter& reporter, Query::Kind kind) {
  const Operation& operation = view.statement.operation;
  const auto* dml = operation.as<Dml>();
  if (dml == nullptr || !dml->query || dml->query->kind != kind || !dml->query->target) return;
  if (operation.explain && !operation.explain_analyze) return;
  if (dml->query->where && !ignores_the_row(*dml->query->where)) return;
  if (!is_written_sql(view) || !dml->query->from.empty()) return;
  const QualifiedName table = resolved(view, dml->query->target->name);
  const Relation* relation = view.before.find(table);
  if (is_new(view.before, table) || (relation != nullptr && relation->persistence == Persistence::temporary)) return;
  const bool update = kind == Query::Kind::update;
  Finding finding;
  finding.message = std::string(update ? "UPDATE" : "DELETE") + " without WHERE changes every row of " + ticked(table) +
                    " and locks them until the transaction ends";
  finding.help = with_steps(update ? "work in batches by primary key, each in a transaction of its own"
                                   : "work in batches, each in a transaction of its own",
                            update ? batched_update(sql_name(table), assignments_of(*dml->query), relation)
                                   : batched_delete(sql_name(table), relation),
                            view.operation);
  finding.subject = subject_of(table, update ? "update" : "delete");
  report(view, reporter, Hazard::mass_change, table, std::move(finding));
}

}  // namespace mlint::rules
