#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/operation/column.h"
#include "analyzer/operation/expression.h"

// Enums, composite types, ranges and domains.
namespace mlint {

struct CreateEnum {
  QualifiedName name;
  std::vector<std::string> values;
};
struct AddEnumValue {
  QualifiedName name;
  std::string value;
  bool if_not_exists = false;
  std::string neighbor;  // BEFORE or AFTER it
  bool after = false;
  bool positioned() const { return !neighbor.empty(); }
};
struct CreateCompositeType {
  QualifiedName name;
  std::vector<Column> columns;
};
struct CreateRangeType {
  QualifiedName name;
};
struct CreateBaseType {
  QualifiedName name;
};
struct CreateDomain {
  QualifiedName name;
  TypeName type;
  QualifiedName collation;
  std::vector<Constraint> constraints;
};
struct AlterDomain {
  enum class Action : std::uint8_t {
    add_constraint,
    drop_constraint,
    validate_constraint,
    set_not_null,
    drop_not_null,
    set_default,
    drop_default
  };
  QualifiedName name;
  Action action = Action::add_constraint;
  std::optional<Constraint> constraint;
  std::string constraint_name;
  SharedExpr value;
  bool if_exists = false;
  bool cascade = false;
};

}  // namespace mlint
