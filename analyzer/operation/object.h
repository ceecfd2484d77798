#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/operation/expression.h"

// What is said of an object of any kind: renamed, moved, owned, dropped, commented, granted.
namespace mlint {

enum class ObjectKind : std::uint8_t {
  table,
  index,
  sequence,
  view,
  materialized_view,
  foreign_table,
  column,
  constraint,
  domain_constraint,
  trigger,
  rule,
  policy,
  type,
  attribute,
  domain,
  enum_value,
  function,
  procedure,
  routine,
  aggregate,
  operator_,
  operator_class,
  operator_family,
  cast,
  collation,
  conversion,
  schema,
  extension,
  statistics,
  publication,
  subscription,
  event_trigger,
  role,
  database,
  tablespace,
  server,
  foreign_data_wrapper,
  user_mapping,
  access_method,
  language,
  large_object,
  text_search,
  transform,
  default_acl,
  other
};

struct Rename {
  ObjectKind kind = ObjectKind::table;  // of the statement's keyword
  QualifiedName relation;               // the relation; of other kinds the object's own name
  std::string old_name;                 // of columns, constraints, triggers, rules, policies, attributes, enum values
  std::string new_name;
  bool only = false;
  bool if_exists = false;
  bool cascade = false;
};

struct SetSchema {
  ObjectKind kind = ObjectKind::table;
  QualifiedName name;
  std::string schema;
  bool if_exists = false;
};

struct SetOwner {  // of objects that are no relations
  ObjectKind kind = ObjectKind::type;
  QualifiedName name;
  std::string role;
};

struct Drop {
  ObjectKind kind = ObjectKind::table;
  std::vector<QualifiedName> names;  // triggers, rules, policies: of the table, `members` holds their own names
  std::vector<std::string> members;
  bool if_exists = false;
  bool cascade = false;
  bool concurrently = false;
};

struct Comment {
  ObjectKind kind = ObjectKind::table;
  QualifiedName name;
  std::string member;
  std::optional<std::string> text;
};

struct Grant {
  bool revoke = false;
  ObjectKind kind = ObjectKind::table;
  bool all_in_schema = false;  // ON ALL TABLES IN SCHEMA: `objects` are schemas
  std::vector<QualifiedName> objects;
  std::vector<std::string> privileges;  // empty: ALL
  std::vector<std::string> grantees;    // "public" for PUBLIC
};

}  // namespace mlint
