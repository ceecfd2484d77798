#include <algorithm>

#include "analyzer/lint/rule.h"
#include "analyzer/schema/types.h"

namespace mlint {
namespace {

// What stands above the migration's class: functions that its RunPython runs, and those that they call.
std::string code_of(const MigrationView& view, std::size_t statement) {
  const std::size_t operation = view.operation_of[statement];
  if (view.migration == nullptr || operation >= view.migration->operations.size()) return {};
  const django::ModelOperation& run = view.migration->operations[operation];
  const py::Value* code = run.known_as == "RunPython" ? run.argument("code") : nullptr;
  if (code == nullptr ||
      django::find_python_function(view.migration->module, django::python_target(*code).name) == nullptr)
    return {};
  const std::string_view source = view.project.sources[static_cast<std::size_t>(view.file)].text();
  return std::string(source.substr(0, view.migration->class_location.span.begin));
}

bool writes(const Statement& statement) {
  const auto* dml = statement.operation.as<Dml>();
  return dml != nullptr && dml->query && dml->query->kind != Query::Kind::select;
}

class Steps {
 public:
  explicit Steps(const MigrationView& view) : view_(view) {}

  std::vector<ColumnStep> collect() {
    for (std::size_t i = 0; i < view_.statements.size(); ++i) {
      const Operation& operation = view_.statements[i].operation;
      if (const auto* alter = operation.as<AlterTable>()) add(*alter, i);
      if (const auto* create = operation.as<CreateTable>()) {
        step(ColumnStep::Kind::added, i, view_.before_statement[i].resolve(create->name), create->columns, true);
      }
      if (const auto* drop = operation.as<Drop>(); drop && drop->kind == ObjectKind::table) add(*drop, i);
      const bool opaque = operation.as<Opaque>() != nullptr;
      if (opaque || operation.as<Do>() != nullptr || writes(view_.statements[i])) {
        step(ColumnStep::Kind::data, i, {}, {}, false).text = opaque ? code_of(view_, i) : view_.statements[i].text;
      }
    }
    return std::move(steps_);
  }

 private:
  ColumnStep& step(ColumnStep::Kind kind, std::size_t statement, const QualifiedName& table,
                   std::vector<Column> columns, bool whole) {
    ColumnStep& made = steps_.emplace_back();
    made.kind = kind;
    made.table = table;
    made.whole_table = whole;
    made.columns = std::move(columns);
    for (Column& column : made.columns) {
      column.type = types::canonical(column.type, view_.before_statement[statement]);
    }
    made.location = view_.statements[statement].location;
    made.statement = statement;
    made.migration = view_.app.empty() ? view_.path : view_.app + "." + view_.name;
    return made;
  }

  static Column plain(const ColumnState& state) {
    Column column;
    column.name = state.name;
    column.type = state.type;
    return column;
  }

  // A foreign key that is the primary key itself (multi-table inheritance) takes its values from further up.
  static QualifiedName keys_of(const Schema& schema, QualifiedName table) {
    for (int i = 0; i < 20; ++i) {
      const Relation* relation = schema.find(table);
      const ConstraintState* primary = relation == nullptr ? nullptr : relation->primary_key();
      if (primary == nullptr) break;
      const QualifiedName above = referenced_by(schema, *relation, primary->definition.columns);
      if (above.name.empty()) break;
      table = above;
    }
    return table;
  }

  static QualifiedName referenced_by(const Schema& schema, const Relation& relation,
                                     const std::vector<std::string>& columns) {
    for (const ConstraintState& state : relation.constraints)
      if (state.definition.kind == Constraint::Kind::foreign_key && state.definition.columns == columns)
        return schema.resolve(state.definition.references);
    return {};
  }

  // Django drops the key before the column, in the same operation.
  QualifiedName keys_of_dropped(std::size_t statement, const QualifiedName& table, const std::string& column) const {
    std::size_t first = statement;
    while (first > 0 && view_.operation_of[first - 1] == view_.operation_of[statement]) --first;
    const Schema& before = view_.before_statement[first];
    const Relation* relation = before.find(table);
    const QualifiedName parent = relation == nullptr ? QualifiedName() : referenced_by(before, *relation, {column});
    return parent.name.empty() ? parent : keys_of(before, parent);
  }

  // A table that comes with the column may be the old one by another name, with the same keys.
  QualifiedName keys_of_added(const Schema& before, const Column& column) const {
    for (const Constraint& constraint : column.constraints) {
      if (constraint.kind != Constraint::Kind::foreign_key) continue;
      const QualifiedName parent = before.resolve(constraint.references);
      const bool is_new = before.created_in_this_unit(parent) || view_.not_in_use(parent);
      return is_new ? QualifiedName() : keys_of(before, parent);
    }
    return {};
  }

  void add(const AlterTable& alter, std::size_t statement) {
    const Schema& before = view_.before_statement[statement];
    const QualifiedName table = before.resolve(alter.name);
    const Relation* relation = before.find(table);
    if (relation == nullptr || before.created_in_this_unit(table)) return;
    for (const AlterAction& action : alter.actions) {
      if (const auto* drop = action.as<alter::DropColumn>()) {
        const ColumnState* column = relation->column(drop->name);
        if (column != nullptr && column->added_in != before.unit()) {
          step(ColumnStep::Kind::dropped, statement, table, {plain(*column)}, false).keys_of =
              keys_of_dropped(statement, table, drop->name);
        }
      }
      if (const auto* added = action.as<alter::AddColumn>()) {
        step(ColumnStep::Kind::added, statement, table, {added->column}, false).keys_of =
            keys_of_added(before, added->column);
      }
    }
  }

  void add(const Drop& drop, std::size_t statement) {
    const Schema& before = view_.before_statement[statement];
    for (const QualifiedName& name : drop.names) {
      const QualifiedName table = before.resolve(name);
      const Relation* relation = before.find(table);
      if (relation == nullptr || before.created_in_this_unit(table)) continue;
      std::vector<Column> columns;
      for (const ColumnState& column : relation->columns) columns.push_back(plain(column));
      step(ColumnStep::Kind::dropped, statement, table, std::move(columns), true);
    }
  }

  const MigrationView& view_;
  std::vector<ColumnStep> steps_;
};

}  // namespace

std::vector<ColumnStep> column_steps(const MigrationView& view) { return Steps(view).collect(); }

}  // namespace mlint
