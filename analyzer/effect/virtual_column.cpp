#include "analyzer/effect/alter_table.h"

// Generated columns without storage (PostgreSQL 18).
namespace mlint::effect {

bool is_virtual(const ColumnState& column) { return column.generated && !column.generated_stored; }

void refuse_virtual(Derivation& d, const Target& table, const std::vector<std::string>& columns,
                    std::string_view what) {
  for (const std::string& name : columns) {
    const ColumnState* column = table.relation ? table.relation->column(name) : nullptr;
    if (column && is_virtual(*column)) {
      d.fail(std::string(what) + " on virtual generated columns are not supported");
    }
  }
}

}  // namespace mlint::effect
