#include <utility>

#include "analyzer/schema/implication.h"

namespace mlint {
namespace {

bool same_optional(const SharedExpr& a, const SharedExpr& b) { return a && b ? same_expression(*a, *b) : !a && !b; }

bool same_name(const QualifiedName& a, const QualifiedName& b) {
  return a.name == b.name && (a.schema == b.schema || a.schema.empty() || b.schema.empty());
}

bool same_element(const IndexElement& a, const IndexElement& b) {
  return a.column == b.column && same_optional(a.expression, b.expression) && same_name(a.collation, b.collation) &&
         same_name(a.opclass, b.opclass);
}

}  // namespace

bool same_expression(const Expr& first, const Expr& second) {
  std::vector<std::pair<const Expr*, const Expr*>> stack{{&first, &second}};
  while (!stack.empty()) {
    const auto [a, b] = stack.back();
    stack.pop_back();
    if (a->kind != b->kind || a->name != b->name || a->arguments.size() != b->arguments.size()) return false;
    if (a->kind == Expr::Kind::other || a->query || b->query) return false;  // not compared: not known to be equal
    if (a->kind == Expr::Kind::cast && !(a->type == b->type)) return false;
    if (a->kind != Expr::Kind::column && a->schema != b->schema) return false;
    for (std::size_t i = 0; i < a->arguments.size(); ++i) stack.emplace_back(&a->arguments[i], &b->arguments[i]);
  }
  return true;
}

bool same_index(const CreateIndex& a, const CreateIndex& b) {
  if (a.unique != b.unique || a.nulls_not_distinct != b.nulls_not_distinct || a.access_method != b.access_method ||
      a.elements.size() != b.elements.size() || a.include.size() != b.include.size() ||
      !same_optional(a.where, b.where))
    return false;
  for (std::size_t i = 0; i < a.elements.size(); ++i)
    if (!same_element(a.elements[i], b.elements[i])) return false;
  return a.include == b.include;
}

bool same_foreign_key(const Constraint& a, const Constraint& b) {
  return a.kind == Constraint::Kind::foreign_key && b.kind == Constraint::Kind::foreign_key && a.columns == b.columns &&
         a.references == b.references && a.referenced_columns == b.referenced_columns && a.on_delete == b.on_delete &&
         a.on_update == b.on_update && a.match == b.match && a.deferrable == b.deferrable &&
         a.initially_deferred == b.initially_deferred;
}

}  // namespace mlint
