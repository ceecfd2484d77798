#include "analyzer/schema/grouping.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <vector>

namespace mlint {
namespace {

bool is_aggregate(const Expr& e) {
  static constexpr std::array<std::string_view, 28> names = {"array_agg",
                                                             "avg",
                                                             "bit_and",
                                                             "bit_or",
                                                             "bool_and",
                                                             "bool_or",
                                                             "corr",
                                                             "count",
                                                             "every",
                                                             "json_agg",
                                                             "json_object_agg",
                                                             "jsonb_agg",
                                                             "jsonb_object_agg",
                                                             "max",
                                                             "min",
                                                             "mode",
                                                             "percentile_cont",
                                                             "percentile_disc",
                                                             "range_agg",
                                                             "stddev",
                                                             "stddev_pop",
                                                             "stddev_samp",
                                                             "string_agg",
                                                             "sum",
                                                             "var_pop",
                                                             "var_samp",
                                                             "variance",
                                                             "xmlagg"};
  return e.kind == Expr::Kind::call && std::find(names.begin(), names.end(), e.name) != names.end();
}

// A bare name that the table has is its own: were it another's too, it would be ambiguous.
bool is_column_of(const Expr& e, const RelationRef& ref, const Relation& table) {
  if (e.kind != Expr::Kind::column || (e.name != "*" && !table.column(e.name))) return false;
  return e.schema.empty() || e.schema == (ref.alias.empty() ? ref.name.name : ref.alias);
}

// What GROUP BY names: an expression, the position of an output or its name.
const Expr& grouped(const Query& query, const Expr& item) {
  if (item.kind == Expr::Kind::constant) {
    std::size_t position = 0;
    std::from_chars(item.name.data(), item.name.data() + item.name.size(), position);
    if (position > 0 && position <= query.outputs.size()) return query.outputs[position - 1];
  }
  return item;
}

bool names_ungrouped(const Expr& output, const std::vector<std::string_view>& columns, const RelationRef& ref,
                     const Relation& table) {
  std::vector<const Expr*> open{&output};
  while (!open.empty()) {
    const Expr& e = *open.back();
    open.pop_back();
    if (is_aggregate(e)) continue;
    if (is_column_of(e, ref, table) && std::find(columns.begin(), columns.end(), e.name) == columns.end()) return true;
    for (const Expr& inner : e.arguments) open.push_back(&inner);
  }
  return false;
}

bool level_groups_by_key(const Query& query, const Expr& clause, const Relation& table) {
  const ConstraintState* key = table.primary_key();
  if (!key) return false;
  return std::any_of(query.from.begin(), query.from.end(), [&](const RelationRef& ref) {
    if (ref.name.name != table.name.name) return false;
    if (!ref.name.schema.empty() && ref.name.schema != table.name.schema) return false;
    std::vector<std::string_view> columns;
    for (const Expr& item : clause.arguments)
      if (const Expr& e = grouped(query, item); is_column_of(e, ref, table)) columns.push_back(e.name);
    const std::vector<std::string>& needed = key->definition.columns;
    return std::all_of(
               needed.begin(), needed.end(),
               [&](const std::string& c) { return std::find(columns.begin(), columns.end(), c) != columns.end(); }) &&
           std::any_of(query.outputs.begin(), query.outputs.end(),
                       [&](const Expr& output) { return names_ungrouped(output, columns, ref, table); });
  });
}

}  // namespace

bool groups_by_key(const Query& query, const Relation& table) {
  std::vector<const Query*> open{&query};
  while (!open.empty()) {
    const Query& level = *open.back();
    open.pop_back();
    for (const Expr& e : level.other_expressions)
      if (e.kind == Expr::Kind::row && e.name == "GROUP BY" && level_groups_by_key(level, e, table)) return true;
    for (const auto& inner : level.subqueries) open.push_back(inner.get());
  }
  return false;
}

}  // namespace mlint
