// Views and materialized views: their columns, and what they read.
#include <algorithm>
#include <utility>

#include "analyzer/schema/catalog.h"
#include "analyzer/schema/expressions.h"
#include "analyzer/schema/grouping.h"
#include "analyzer/schema/names.h"
#include "analyzer/schema/temporary.h"
#include "analyzer/schema/uncertain.h"

namespace mlint {
namespace {

constexpr int query_depth_limit = 100;

class Reader {
 public:
  Reader(const Catalog& catalog, Relation& view) : catalog_(catalog), view_(view) {}

  void read(const Query& query) { read(query, 0); }

  // The relation and column that an output column copies.
  const ColumnState* plain_column(const Query& query, const Expr& output) const {
    if (output.kind != Expr::Kind::column) return nullptr;
    for (const RelationRef& ref : query.from) {
      const Relation* relation = catalog_.find(ref.name);
      if (!relation || (!output.schema.empty() && output.schema != alias_of(ref))) continue;
      if (const ColumnState* column = relation->column(output.name)) return column;
    }
    return nullptr;
  }
  static std::string alias_of(const RelationRef& ref) { return ref.alias.empty() ? ref.name.name : ref.alias; }

 private:
  void note(const QualifiedName& relation, const std::string& column) {
    const bool noted = std::any_of(view_.reads_columns.begin(), view_.reads_columns.end(), [&](const ColumnRef& ref) {
      return ref.column == column && ref.relation == relation;
    });
    if (!noted) view_.reads_columns.push_back({relation, column});
  }

  void note(const Relation& relation, const Expr& e) {
    if (e.name == "*") {
      for (const ColumnState& column : relation.columns) note(relation.name, column.name);
      if (!relation.complete) note(relation.name, "");
    } else if (relation.column(e.name) || (!relation.complete && !e.schema.empty())) {
      note(relation.name, e.name);
    }
  }

  void column(const Expr& e) {
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
      bool found = false;
      for (const Source& source : *scope) {
        if (!e.schema.empty() && e.schema != source.alias) continue;
        if (e.name != "*" && !source.relation->column(e.name) && source.relation->complete) continue;
        found = true;
        if (!source.relation->complete && e.schema.empty() && e.name != "*" && !source.relation->column(e.name)) {
          note(source.relation->name, "");
        } else {
          note(*source.relation, e);
        }
      }
      if (found) return;
    }
  }

  void expression(const Expr& root, int depth) {
    for_each_node(root, [&](const Expr& e) {
      if (e.kind == Expr::Kind::column) column(e);
      if (e.query) read(*e.query, depth + 1);
    });
  }

  void relation(const RelationRef& ref, Sources& scope) {
    const Relation* relation = catalog_.find(ref.name);
    const QualifiedName name = relation ? relation->name : catalog_.new_name(ref.name);
    if (std::find(view_.reads.begin(), view_.reads.end(), name) == view_.reads.end()) view_.reads.push_back(name);
    if (relation) {
      scope.push_back({alias_of(ref), relation});
    } else {
      note(name, "");
    }
  }

  void read(const Query& query, int depth) {
    if (depth > query_depth_limit) return;
    Sources scope;
    for (const RelationRef& ref : query.from) relation(ref, scope);
    for (KeyUse& use : uses_of_keys(catalog_, query, scope)) view_.rests_on_key_of.push_back(std::move(use));
    scopes_.push_back(std::move(scope));
    for (const auto& sub : query.subqueries)
      if (sub) read(*sub, depth + 1);
    for (const Expr& e : query.outputs) expression(e, depth);
    if (query.where) expression(*query.where, depth);
    for (const auto* list : {&query.group_by, &query.after_grouping, &query.other_expressions})
      for (const Expr& e : *list) expression(e, depth);
    scopes_.pop_back();
  }

  const Catalog& catalog_;
  Relation& view_;
  std::vector<Sources> scopes_;
};

void expand_star(const Catalog& catalog, const Query& query, const Expr& output, Relation& relation) {
  bool any = false;
  for (const RelationRef& ref : query.from) {
    if (!output.schema.empty() && output.schema != Reader::alias_of(ref)) continue;
    const Relation* source = catalog.find(ref.name);
    if (!source || !source->complete) {
      relation.complete = false;
      continue;
    }
    any = true;
    for (const ColumnState& from : source->columns) {
      ColumnState column;
      column.name = from.name;
      column.type = from.type;
      relation.columns.push_back(std::move(column));
    }
  }
  if (!any || (!query.subqueries.empty() && output.schema.empty())) relation.complete = false;
}

}  // namespace

namespace table {

void describe_query(const Catalog& catalog, const Query& query, Relation& relation,
                    const std::vector<std::string>& column_names) {
  Reader reader(catalog, relation);
  reader.read(query);
  const Query* top = &query;
  for (int depth = 0; top->outputs.empty() && top->rows.empty() && !top->subqueries.empty() && top->subqueries[0] &&
                      depth < query_depth_limit;
       ++depth)
    top = top->subqueries[0].get();  // the first arm of UNION names the columns
  for (std::size_t i = 0; i < top->outputs.size(); ++i) {
    const Expr& output = top->outputs[i];
    if (output.kind == Expr::Kind::column && output.name == "*") {
      expand_star(catalog, *top, output, relation);
      continue;
    }
    ColumnState column;
    column.name = i < top->output_names.size() ? top->output_names[i] : "";
    if (column.name.empty() || column.name == "?column?") {
      column.name = names::expression_name(output);
      if (column.name.empty()) column.name = "?column?";
    }
    if (const ColumnState* from = reader.plain_column(*top, output)) {
      column.type = from->type;
    } else if (output.kind == Expr::Kind::cast) {
      column.type = catalog.resolve_type(output.type);
    }
    relation.columns.push_back(std::move(column));
  }
  if (top->outputs.empty()) {
    const std::size_t width = top->rows.empty() ? 0 : top->rows[0].size();
    for (std::size_t i = 0; i < width; ++i) {
      ColumnState column;
      column.name = "column" + std::to_string(i + 1);
      relation.columns.push_back(std::move(column));
    }
    if (width == 0) relation.complete = false;
  }
  for (std::size_t i = 0; i < column_names.size() && i < relation.columns.size(); ++i)
    relation.columns.edit(i).name = column_names[i];
}

}  // namespace table

void apply(Catalog& catalog, const CreateView& operation) {
  Relation view;
  view.kind = RelationKind::view;
  view.persistence = persistence_of(operation, catalog);
  view.name = catalog.new_name(operation.name, view.persistence);
  const Relation* existing = catalog.relations.find(view.name);
  if (existing && !existing->certain && !operation.or_replace) existing = nullptr;
  if (existing && (!operation.or_replace || existing->kind != RelationKind::view)) return;
  if (!existing && !make_room(catalog, view.name, false)) return;
  view.created_in = existing ? existing->created_in : catalog.unit;
  view.query = operation.query;
  view.options = operation.options;
  if (operation.query) {
    table::describe_query(catalog, *operation.query, view, operation.column_names);
  } else {
    view.complete = false;
  }
  if (!existing) return catalog.add_relation(std::move(view));
  catalog.register_uses(catalog.relations.put(std::move(view)));
}

void apply(Catalog& catalog, const RefreshMaterializedView& operation) {
  if (const Relation* found = catalog.find(operation.name))
    catalog.edit(QualifiedName(found->name))->populated = operation.with_data;
}

}  // namespace mlint
