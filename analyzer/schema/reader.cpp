#include "analyzer/schema/reader.h"

#include <algorithm>

#include "analyzer/schema/expressions.h"

namespace mlint {
namespace {

bool reads(const Query& query, const IsRelation& relation, std::string_view column) {
  bool found = false;
  for_each_relation(query, [&](const RelationRef& ref, bool) { found = found || relation(ref.name); });
  if (!found || column.empty()) return found;
  found = false;
  for_each_expression(query, [&](const Expr& e) {
    found = found || (e.kind == Expr::Kind::column && (e.name == column || e.name == "*"));
  });
  return found;
}

bool reads(const SharedExpr& expression, const IsRelation& relation, std::string_view column) {
  bool found = false;
  if (!expression) return false;
  for_each_node(*expression, [&](const Expr& e) { found = found || (e.query && reads(*e.query, relation, column)); });
  return found;
}

}  // namespace

bool reads(const PolicyState& policy, const IsRelation& relation, std::string_view column) {
  return reads(policy.using_, relation, column) || reads(policy.check, relation, column);
}

bool reads(const RuleState& rule, const IsRelation& relation, std::string_view column) {
  return std::any_of(rule.actions.begin(), rule.actions.end(),
                     [&](const auto& action) { return action && reads(*action, relation, column); });
}

}  // namespace mlint
