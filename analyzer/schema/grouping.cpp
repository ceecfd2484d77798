#include "analyzer/schema/grouping.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "analyzer/schema/catalog.h"

namespace mlint {
namespace {

using Kind = Expr::Kind;

// pg_proc.prokind = 'a' of PostgreSQL 12 to 18. An aggregate of the project's own counts as a function: at worst a view
// is taken to rest on a key that it does not need.
constexpr std::array<std::string_view, 54> aggregates = {"any_value",
                                                         "array_agg",
                                                         "avg",
                                                         "bit_and",
                                                         "bit_or",
                                                         "bit_xor",
                                                         "bool_and",
                                                         "bool_or",
                                                         "corr",
                                                         "count",
                                                         "covar_pop",
                                                         "covar_samp",
                                                         "cume_dist",
                                                         "dense_rank",
                                                         "every",
                                                         "json_agg",
                                                         "json_agg_strict",
                                                         "json_object_agg",
                                                         "json_object_agg_strict",
                                                         "json_object_agg_unique",
                                                         "json_object_agg_unique_strict",
                                                         "jsonb_agg",
                                                         "jsonb_agg_strict",
                                                         "jsonb_object_agg",
                                                         "jsonb_object_agg_strict",
                                                         "jsonb_object_agg_unique",
                                                         "jsonb_object_agg_unique_strict",
                                                         "max",
                                                         "min",
                                                         "mode",
                                                         "percent_rank",
                                                         "percentile_cont",
                                                         "percentile_disc",
                                                         "range_agg",
                                                         "range_intersect_agg",
                                                         "rank",
                                                         "regr_avgx",
                                                         "regr_avgy",
                                                         "regr_count",
                                                         "regr_intercept",
                                                         "regr_r2",
                                                         "regr_slope",
                                                         "regr_sxx",
                                                         "regr_sxy",
                                                         "regr_syy",
                                                         "stddev",
                                                         "stddev_pop",
                                                         "stddev_samp",
                                                         "string_agg",
                                                         "sum",
                                                         "var_pop",
                                                         "var_samp",
                                                         "variance",
                                                         "xmlagg"};
static_assert(std::is_sorted(aggregates.begin(), aggregates.end()));

bool is_aggregate(const Expr& e) {
  if (e.kind != Kind::call || !(e.schema.empty() || e.schema == "pg_catalog")) return false;
  if (!std::binary_search(aggregates.begin(), aggregates.end(), e.name)) return false;
  return std::none_of(e.arguments.begin(), e.arguments.end(),
                      [](const Expr& part) { return part.kind == Kind::other && part.name == "OVER"; });
}

bool is_column_of(const Expr& e, const Source& source) {
  return e.kind == Kind::column &&
         (e.schema.empty() ? e.name == "*" || source.relation->column(e.name) != nullptr : e.schema == source.alias);
}

// The same expression, wherever it stands in the text.
bool same(const Expr& a, const Expr& b) {
  return a.kind == b.kind && a.name == b.name && a.schema == b.schema && a.type == b.type && a.query == b.query &&
         std::equal(a.arguments.begin(), a.arguments.end(), b.arguments.begin(), b.arguments.end(), same);
}

// findTargetlistEntrySQL92: GROUP BY 1 and GROUP BY alias stand for an output.
const Expr& grouped_expression(const Query& query, const Sources& from, const Expr& item) {
  if (item.kind == Kind::constant && item.type.name.name == "int4") {
    for (std::size_t i = 0; i < query.outputs.size(); ++i)
      if (item.name == std::to_string(i + 1)) return query.outputs[i];
  }
  const bool input = item.kind != Kind::column || !item.schema.empty() ||
                     std::any_of(from.begin(), from.end(), [&](const Source& s) { return is_column_of(item, s); });
  if (input) return item;
  const auto named = std::find(query.output_names.begin(), query.output_names.end(), item.name);
  const auto at = static_cast<std::size_t>(named - query.output_names.begin());
  return at < query.outputs.size() ? query.outputs[at] : item;
}

using Expressions = std::vector<const Expr*>;

bool contains(const Expressions& list, const Expr& e) {
  return std::any_of(list.begin(), list.end(), [&](const Expr* it) { return same(e, *it); });
}

// What GROUP BY names. Any of it may be used as it is; a key counts when it is in every grouping set
// (parseCheckAggregates: gset_common).
struct Grouping {
  Expressions in_some_set, in_every_set;
};

class GroupingReader {
 public:
  GroupingReader(const Query& query, const Sources& from) : query_(query), from_(from) {}

  Grouping all_of(const std::vector<Expr>& items) const {
    Grouping all;
    for (const Expr& item : items) {
      Grouping one = read(item);
      append(all.in_some_set, one.in_some_set);
      append(all.in_every_set, one.in_every_set);
    }
    return all;
  }

 private:
  static void append(Expressions& to, const Expressions& more) { to.insert(to.end(), more.begin(), more.end()); }

  Grouping read(const Expr& item) const {
    if (item.kind == Kind::row) return all_of(item.arguments);
    if (item.kind == Kind::other && item.name == "GROUPING_SET_SETS") return alternatives(item.arguments);
    if (item.kind == Kind::other && item.name.starts_with("GROUPING_SET_"))
      return {all_of(item.arguments).in_some_set, {}};  // ROLLUP and CUBE have an empty set
    const Expr* e = &grouped_expression(query_, from_, item);
    return {{e}, {e}};
  }

  Grouping alternatives(const std::vector<Expr>& sets) const {
    Grouping all;
    for (std::size_t i = 0; i < sets.size(); ++i) {
      Grouping one = read(sets[i]);
      append(all.in_some_set, one.in_some_set);
      if (i == 0) {
        all.in_every_set = std::move(one.in_every_set);
      } else {
        std::erase_if(all.in_every_set, [&](const Expr* e) { return !contains(one.in_every_set, *e); });
      }
    }
    return all;
  }

  const Query& query_;
  const Sources& from_;
};

enum class Use : std::uint8_t { none, possible, certain };

// How columns of one table are used ungrouped (check_ungrouped_columns).
class Ungrouped {
 public:
  Ungrouped(const Catalog& catalog, const Source& source, const Expressions& grouped)
      : catalog_(catalog), source_(source), grouped_(grouped) {}

  Use in(const Expr& e) const { return in(e, Use::certain); }

 private:
  Use in(const Expr& e, Use most) const {
    if (is_aggregate(e) || contains(grouped_, e)) return Use::none;
    if (e.kind == Kind::column) return uses(e) ? most : Use::none;
    if (e.query && subquery(*e.query)) return Use::possible;
    if (e.kind == Kind::call) most = Use::possible;  // it may be an aggregate of the project
    Use use = Use::none;
    for (const Expr& inner : e.arguments) use = std::max(use, in(inner, most));
    return use;
  }

  // Columns of the outer query, aggregates of the subquery's own included.
  bool subquery(const Query& query) const {
    bool found = false;
    const auto look = [&](const Expr& e) { found = found || outer(query, e); };
    for (const Expr& e : query.outputs) look(e);
    if (query.where) look(*query.where);
    for (const auto* list : {&query.group_by, &query.after_grouping, &query.other_expressions})
      for (const Expr& e : *list) look(e);
    for (const auto& inner : query.subqueries) found = found || (inner && subquery(*inner));
    return found;
  }

  bool outer(const Query& query, const Expr& e) const {
    if (e.kind == Kind::column) return e.name != "*" && uses(e) && !own(query, e);
    if (e.query && subquery(*e.query)) return true;
    return std::any_of(e.arguments.begin(), e.arguments.end(), [&](const Expr& inner) { return outer(query, inner); });
  }

  bool own(const Query& query, const Expr& column) const {
    return std::any_of(query.from.begin(), query.from.end(), [&](const RelationRef& ref) {
      const std::string& alias = ref.alias.empty() ? ref.name.name : ref.alias;
      if (!column.schema.empty()) return column.schema == alias;
      const Relation* relation = catalog_.find(ref.name);
      return relation && relation->column(column.name);
    });
  }

  bool uses(const Expr& column) const {
    if (!is_column_of(column, source_)) return false;
    if (column.name != "*") return !grouped(column.name);
    const auto& all = source_.relation->columns;
    return std::any_of(all.begin(), all.end(), [&](const ColumnState& c) { return !grouped(c.name); });
  }

  bool grouped(std::string_view name) const {
    return std::any_of(grouped_.begin(), grouped_.end(), [&](const Expr* e) {
      return e->kind == Kind::column && e->name == name && is_column_of(*e, source_);
    });
  }

  const Catalog& catalog_;
  const Source& source_;
  const Expressions& grouped_;
};

bool groups_by_key(const Source& source, const Expressions& grouped) {
  const ConstraintState* key = source.relation->primary_key();
  if (!key || key->definition.deferrable) return false;
  const auto& columns = key->definition.columns;
  return std::all_of(columns.begin(), columns.end(), [&](const std::string& column) {
    return std::any_of(grouped.begin(), grouped.end(),
                       [&](const Expr* e) { return e->name == column && is_column_of(*e, source); });
  });
}

// ORDER BY alias
bool names_output(const Query& query, const Expr& e) {
  const auto& names = query.output_names;
  return e.kind == Kind::column && e.schema.empty() && std::find(names.begin(), names.end(), e.name) != names.end();
}

}  // namespace

std::vector<KeyUse> uses_of_keys(const Catalog& catalog, const Query& query, const Sources& from) {
  std::vector<KeyUse> uses;
  if (query.group_by.empty()) return uses;
  const Grouping grouping = GroupingReader(query, from).all_of(query.group_by);
  for (const Source& source : from) {
    if (!groups_by_key(source, grouping.in_every_set)) continue;
    const Ungrouped ungrouped(catalog, source, grouping.in_some_set);
    Use use = Use::none;
    for (const Expr& e : query.outputs) use = std::max(use, ungrouped.in(e));
    for (const Expr& e : query.after_grouping)
      if (!names_output(query, e)) use = std::max(use, ungrouped.in(e));
    if (use != Use::none) uses.push_back({source.relation->name, use == Use::certain});
  }
  return uses;
}

}  // namespace mlint
