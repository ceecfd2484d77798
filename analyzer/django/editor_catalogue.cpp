#include <algorithm>

#include "analyzer/django/editor.h"
#include "analyzer/django/naming.h"

// What Django finds by introspection, looked up in the shadow catalogue.
namespace mlint::django {

std::set<std::string> Editor::meta_names(const Model& model, bool indexes, bool constraints) {
  std::set<std::string> names;
  if (indexes) {
    for (const NamedCall& index : model.state().options.indexes) names.insert(index.name);
  }
  if (constraints) {
    for (const NamedCall& constraint : model.state().options.constraints) names.insert(constraint.name);
  }
  return names;
}

bool Editor::knows_table(const std::string& table) const { return catalogue().find(qualified(table)) != nullptr; }

namespace {

void columns_of(const Expr& expr, std::vector<std::string>& columns, int depth) {
  if (depth > 100) return;
  if (expr.kind == Expr::Kind::column && std::find(columns.begin(), columns.end(), expr.name) == columns.end()) {
    columns.push_back(expr.name);
  }
  for (const Expr& argument : expr.arguments) columns_of(argument, columns, depth + 1);
}

std::vector<std::string> columns_of(const ConstraintState& constraint) {
  if (!constraint.definition.columns.empty() || !constraint.definition.expression) return constraint.definition.columns;
  std::vector<std::string> columns;
  columns_of(*constraint.definition.expression, columns, 0);
  return columns;
}

std::vector<std::string> columns_of(const IndexState& index) {
  std::vector<std::string> columns;
  for (const IndexElement& element : index.definition.elements) columns.push_back(element.column);
  columns.insert(columns.end(), index.definition.include.begin(), index.definition.include.end());
  return columns;
}

}  // namespace

std::vector<std::string> Editor::constraint_names(const std::string& table, const std::vector<std::string>& columns,
                                                  Wanted wanted, const std::set<std::string>& exclude) const {
  std::vector<std::string> names;
  // Django asks the catalogue for a relation whose name has these quotes, and there is none.
  if (table.find('"') != std::string::npos) return names;
  const Relation* relation = catalogue().find(qualified(table));
  if (relation == nullptr) return names;
  using Kind = Constraint::Kind;
  for (const ConstraintState& constraint : relation->constraints) {
    const Kind kind = constraint.definition.kind;
    const bool unique = kind == Kind::unique || kind == Kind::primary_key;
    if (wanted.index || wanted.btree || (wanted.unique && !unique) || (wanted.not_unique && unique) ||
        (wanted.primary && kind != Kind::primary_key) || (wanted.not_primary && kind == Kind::primary_key) ||
        (wanted.foreign_key && kind != Kind::foreign_key) || (wanted.check && kind != Kind::check)) {
      continue;
    }
    if (!columns.empty() && columns_of(constraint) != columns) continue;
    if (!exclude.contains(constraint.definition.name)) names.push_back(constraint.definition.name);
  }
  if (wanted.primary || wanted.foreign_key || wanted.check) return names;
  // The introspection query groups indexes by their name, so that they come sorted.
  const auto first_index = static_cast<std::ptrdiff_t>(names.size());
  for (const IndexState& index : relation->indexes) {
    if (!index.constraint.empty()) continue;
    if ((wanted.unique && !index.definition.unique) || (wanted.not_unique && index.definition.unique) ||
        (wanted.btree && index.definition.access_method != "btree")) {
      continue;
    }
    if (!columns.empty() && columns_of(index) != columns) continue;
    if (!exclude.contains(index.name.name)) names.push_back(index.name.name);
  }
  std::sort(names.begin() + first_index, names.end());
  return names;
}

std::string Editor::sequence_name(const std::string& table, const std::string& column) const {
  const Relation* relation = catalogue().find(qualified(table));
  if (relation == nullptr) return table + "_" + column + "_seq";
  const ColumnState* state = relation->column(strip_quotes(column));
  return state == nullptr ? std::string{} : state->owned_sequence;
}

}  // namespace mlint::django
