// ALTER INDEX, whose actions are those of ALTER TABLE.
#include <algorithm>

#include "analyzer/schema/alter.h"

namespace mlint {
namespace {

// A partitioned index becomes valid with the last of its partitions, and so does its own parent.
void validate_partitioned_index(Catalog& catalog, QualifiedName index) {
  while (!index.name.empty()) {
    const IndexHome* home = catalog.indexes.find(index);
    Relation* table = home ? catalog.edit(home->table) : nullptr;
    if (!table) return;
    for (const QualifiedName& child : table->children) {
      const Relation* partition = catalog.relations.find(child);
      if (!partition) return;
      const bool attached = std::any_of(partition->indexes.begin(), partition->indexes.end(),
                                        [&](const IndexState& i) { return i.parent == index && i.valid; });
      if (!attached) return;
    }
    QualifiedName parent;
    for (std::size_t i = 0; i < table->indexes.size(); ++i)
      if (table->indexes[i].name == index) {
        table->indexes.edit(i).valid = true;
        parent = table->indexes[i].parent;
      }
    index = parent;
  }
}

void attach_index(Catalog& catalog, const QualifiedName& parent, const QualifiedName& written) {
  const IndexHome* home = catalog.find_index(written);
  Relation* table = home ? catalog.edit(home->table) : nullptr;
  if (!table) return;
  const QualifiedName name = home->name;
  for (std::size_t i = 0; i < table->indexes.size(); ++i) {
    if (table->indexes[i].name != name) continue;
    table->indexes.edit(i).parent = parent;
    for (std::size_t k = 0; k < table->constraints.size(); ++k)
      if (!table->indexes[i].constraint.empty() &&
          table->constraints[k].definition.name == table->indexes[i].constraint) {
        table->constraints.edit(k).inherited = true;
        table->constraints.edit(k).local = false;
      }
  }
  validate_partitioned_index(catalog, parent);
}

}  // namespace

void alter_index(Catalog& catalog, const IndexHome& home, const AlterTable& operation) {
  const QualifiedName name = home.name;
  Relation* table = catalog.edit(home.table);
  for (const AlterAction& action : operation.actions) {
    if (const auto* attach = action.as<alter::AttachPartition>()) attach_index(catalog, name, attach->partition);
    for (std::size_t i = 0; table && i < table->indexes.size(); ++i) {
      if (table->indexes[i].name != name) continue;
      if (const auto* space = action.as<alter::SetTablespace>())
        table->indexes.edit(i).definition.tablespace = space->name;
      if (const auto* options = action.as<alter::SetOptions>())
        for (const auto& [key, value] : options->options) {
          Options& all = table->indexes.edit(i).definition.options;
          std::erase_if(all, [&, k = key](const auto& option) { return option.first == k; });
          if (!options->reset) all.emplace_back(key, value);
        }
    }
  }
}

}  // namespace mlint
