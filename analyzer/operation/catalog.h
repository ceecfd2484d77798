#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/operation/expression.h"
#include "analyzer/operation/object.h"
#include "analyzer/operation/relation.h"

// Extensions, schemas, statistics, publications and objects without a relation.
namespace mlint {

struct CreateExtension {
  std::string name;
  bool if_not_exists = false;
  std::string schema;
  bool cascade = false;
};
struct AlterExtension {
  enum class Action : std::uint8_t { update, add, drop };
  std::string name;
  Action action = Action::update;
  ObjectKind kind = ObjectKind::other;  // of the member that is added or dropped
  QualifiedName member;
};
struct CreateSchema {
  std::string name;
  bool if_not_exists = false;
  std::string role;
};  // its elements follow as operations
struct CreateStatistics {
  QualifiedName name;
  QualifiedName table;
  bool if_not_exists = false;
  bool of_expressions = false;
};
struct AlterStatistics {
  QualifiedName name;
};
struct CreatePublication {
  std::string name;
  bool all_tables = false;
  std::vector<QualifiedName> tables;
  std::vector<QualifiedName> only;  // of them, those written with ONLY
  std::vector<std::string> schemas;
};
struct AlterPublication {
  enum class Action : std::uint8_t { add, drop, set, options };
  std::string name;
  Action action = Action::add;
  std::vector<QualifiedName> tables;
  std::vector<QualifiedName> only;  // of them, those written with ONLY
  std::vector<std::string> schemas;
};
// What has no relation and no schema state in it: roles, databases, tablespaces, servers, casts, operators, languages …
struct CreateObject {
  ObjectKind kind = ObjectKind::other;
  QualifiedName name;
  bool if_not_exists = false;
  bool create_slot = true;  // of subscriptions
  bool has_slot = true;     // of subscriptions: false with slot_name = NONE
  bool enabled = true;      // of subscriptions
  // Of event triggers.
  QualifiedName function;
  std::string event;              // ddl_command_end …
  std::vector<std::string> tags;  // CREATE TABLE …; none: all
};
struct AlterObject {
  ObjectKind kind = ObjectKind::other;
  QualifiedName name;
  Options options;
};
struct AlterAllInTablespace {
  ObjectKind kind = ObjectKind::table;
  std::string from, to;
  std::vector<std::string> owners;  // OWNED BY; empty: of everybody
};
struct ReassignOwned {
  std::vector<std::string> roles;
  std::string to;
};
struct DropOwned {
  std::vector<std::string> roles;
  bool cascade = false;
};

}  // namespace mlint
