#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_narrower_foreign_key {

static int rank(const TypeName& type) {
  const std::string& name = type.name.name;
  if (name == "int2" || name == "smallserial" || name == "serial2") return 1;
  if (name == "int4" || name == "serial" || name == "serial4") return 2;
  return name == "int8" || name == "bigserial" || name == "serial8" ? 3 : 0;
}

static const ColumnState* referenced_column(const Schema& schema, const Constraint& key) {
  const Relation* parent = schema.find(key.references);
  if (parent == nullptr) return nullptr;
  if (!key.referenced_columns.empty()) return parent->column(key.referenced_columns.front());
  for (const ConstraintState& constraint : parent->constraints)
    if (constraint.definition.kind == Constraint::Kind::primary_key && constraint.definition.columns.size() == 1)
      return parent->column(constraint.definition.columns.front());
  return nullptr;
}

static void say(Reporter& reporter, const QualifiedName& table, const std::string& column, const TypeName& type,
                const QualifiedName& parent, const std::string& referenced, const TypeName& wide, const char* becomes) {
  if (rank(type) == 0 || rank(type) >= rank(wide)) return;
  Finding finding;
  finding.message = ticked(column) + " of " + ticked(table) + " is " + type.text + " and references " + ticked(parent) +
                    "." + referenced + ", which " + becomes + " " + wide.text + ": larger keys do not fit";
  finding.help = "give the column the type of the key; `mlint dump --stage=schema` shows the others";
  finding.subject = "keys";
  reporter.add(std::move(finding));
}

static void look(const StatementView& view, Reporter& reporter, const QualifiedName& table, const std::string& column,
                 const TypeName& type, const Constraint& key) {
  if (const ColumnState* referenced = referenced_column(view.before, key))
    say(reporter, table, column, type, key.references, referenced->name, referenced->type, "is");
}

static void check_columns(const StatementView& view, Reporter& reporter, const QualifiedName& table,
                          const Column& column, const std::vector<Constraint>& constraints) {
  for (const Constraint& key : column.constraints)
    if (key.kind == Constraint::Kind::foreign_key) look(view, reporter, table, column.name, column.type, key);
  for (const Constraint& key : constraints)
    if (key.kind == Constraint::Kind::foreign_key && key.columns.size() == 1 && key.columns.front() == column.name)
      look(view, reporter, table, column.name, column.type, key);
}

// A later statement of the migration widens the referencing column too, as Django does for keys of its own.
static bool follows(const StatementView& view, const Relation& child, const std::string& column) {
  for (const Statement& later : view.migration.statements) {
    const auto* alter = later.index > view.statement.index ? later.operation.as<AlterTable>() : nullptr;
    if (alter == nullptr || alter->name.name != child.name.name) continue;
    for (const auto* change : actions<alter::SetType>(later.operation))
      if (change->column == column) return true;
  }
  return false;
}

// The key itself is widened, and what references it is not.
static void check_widened(const StatementView& view, Reporter& reporter, const Relation& parent,
                          const alter::SetType& change) {
  for (const auto& [child, key] : view.before.referencing(parent.name)) {
    const ColumnState* referenced = referenced_column(view.before, key->definition);
    if (referenced == nullptr || referenced->name != change.column || key->definition.columns.size() != 1) continue;
    const ColumnState* column = child->column(key->definition.columns.front());
    if (column == nullptr || follows(view, *child, column->name)) continue;
    say(reporter, child->name, column->name, column->type, parent.name, change.column, change.type, "becomes");
  }
}

static void check(const StatementView& view, Reporter& reporter) {
  if (const auto* made = view.statement.operation.as<CreateTable>())
    for (const Column& column : made->columns) check_columns(view, reporter, made->name, column, made->constraints);
  const auto* alter = view.statement.operation.as<AlterTable>();
  if (alter == nullptr) return;
  const Relation* relation = view.before.find(alter->name);
  for (const AlterAction& action : alter->actions) {
    if (const auto* add = action.as<alter::AddColumn>()) check_columns(view, reporter, alter->name, add->column, {});
    if (const auto* change = action.as<alter::SetType>(); change != nullptr && relation != nullptr)
      check_widened(view, reporter, *relation, *change);
    const auto* add = action.as<alter::AddConstraint>();
    if (add == nullptr || relation == nullptr || add->constraint.kind != Constraint::Kind::foreign_key) continue;
    if (add->constraint.columns.size() != 1) continue;
    if (const ColumnState* column = relation->column(add->constraint.columns.front()))
      look(view, reporter, relation->name, column->name, column->type, add->constraint);
  }
}

}  // namespace of_narrower_foreign_key

constexpr Rule narrower_foreign_key{
    .info = {.code = "ML611",
             .name = "narrower-foreign-key",
             .group = RuleGroup::data,
             .severity = Severity::warning,
             .summary = "A foreign key column is narrower than the key that it references.",
             .effect = "Once the referenced sequence passes the narrower type, every insert of a reference "
                       "fails.",
             .instead = "Give the column the type of the key it references.",
             .silent_when = "Both columns have the same width, or another such column of the project was told.",
             .once_per_subject = true,
             .equivalents = "online_migrations:mismatched_foreign_key_type"},
    .on_statement = of_narrower_foreign_key::check,
};

}  // namespace mlint::rules
