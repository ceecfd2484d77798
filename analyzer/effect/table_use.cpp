#include "analyzer/effect/table_use.h"

namespace mlint {

std::vector<QualifiedName> tables_checked_for_use(const Operation& operation, const Effects& effects,
                                                  const Schema& before) {
  std::vector<QualifiedName> names;
  bool all_locked = operation.as<Truncate>() != nullptr;
  if (const auto* alter = operation.as<AlterTable>()) {
    names.push_back(alter->name);
    for (const AlterAction& action : alter->actions) all_locked = all_locked || action.as<alter::DropConstraint>();
  }
  if (const auto* index = operation.as<CreateIndex>()) names.push_back(index->table);
  if (const auto* cluster = operation.as<Cluster>()) names.push_back(cluster->table);
  if (const auto* drop = operation.as<Drop>(); drop && drop->kind == ObjectKind::table) names = drop->names;
  for (const RelationLock& lock : effects.locks) {
    if (all_locked && lock.mode == LockMode::access_exclusive) names.push_back(lock.relation);
  }
  const auto* alter = operation.as<AlterTable>();
  const auto* index = operation.as<CreateIndex>();
  const bool only = (alter && alter->only) || (index && index->only);
  std::vector<QualifiedName> tables;
  for (const QualifiedName& name : names) {
    tables.push_back(before.resolve(name));
    for (const Relation* child : before.descendants(name))
      if (!only) tables.push_back(child->name);
  }
  return tables;
}

}  // namespace mlint
