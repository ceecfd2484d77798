#include "rules/locking/foreign_key.h"

#include <algorithm>

#include "rules/subject.h"

namespace mlint::rules {

static const Constraint* dropped_key(const Statement& statement, const Schema& before, QualifiedName& table) {
  const auto* alter = statement.operation.as<AlterTable>();
  if (alter == nullptr) return nullptr;
  table = before.resolve(alter->name);
  const Relation* relation = before.find(table);
  if (relation == nullptr) return nullptr;
  for (const AlterAction& action : alter->actions) {
    const auto* drop = action.as<alter::DropConstraint>();
    const ConstraintState* constraint = drop == nullptr ? nullptr : relation->constraint(drop->name);
    if (constraint != nullptr && constraint->definition.kind == Constraint::Kind::foreign_key)
      return &constraint->definition;
  }
  return nullptr;
}

static bool adds_key(const Statement& statement, const Schema& before, const QualifiedName& table,
                     const std::vector<std::string>& columns, const QualifiedName& references) {
  const auto* alter = statement.operation.as<AlterTable>();
  if (alter == nullptr || before.resolve(alter->name) != table) return false;
  for (const AlterAction& action : alter->actions) {
    const auto* add = action.as<alter::AddConstraint>();
    if (add != nullptr && add->constraint.kind == Constraint::Kind::foreign_key && !add->constraint.not_valid &&
        add->constraint.columns == columns && before.resolve(add->constraint.references) == references)
      return true;
  }
  return false;
}

static void rename(const Statement& statement, const Schema& before, const QualifiedName& table,
                   std::vector<std::string>& columns) {
  const auto* rename = statement.operation.as<Rename>();
  if (rename == nullptr || rename->kind != ObjectKind::column || before.resolve(rename->relation) != table) return;
  std::replace(columns.begin(), columns.end(), rename->old_name, rename->new_name);
}

std::vector<RecreatedForeignKey> recreated_foreign_keys(const OperationView& operation) {
  std::vector<RecreatedForeignKey> found;
  for (std::size_t i = 0; i < operation.statements.size(); ++i) {
    QualifiedName table;
    const Constraint* key = dropped_key(*operation.statements[i], *operation.before[i], table);
    if (key == nullptr) continue;
    const QualifiedName references = operation.before[i]->resolve(key->references);
    std::vector<std::string> columns = key->columns;
    for (std::size_t j = i + 1; j < operation.statements.size(); ++j) {
      rename(*operation.statements[j], *operation.before[j], table, columns);
      if (adds_key(*operation.statements[j], *operation.before[j], table, columns, references))
        found.push_back({table, columns.front(), references, operation.statements[i], operation.statements[j]});
    }
  }
  return found;
}

std::optional<RecreatedForeignKey> recreates_foreign_key(const OperationView& operation) {
  std::vector<RecreatedForeignKey> found = recreated_foreign_keys(operation);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

}  // namespace mlint::rules
