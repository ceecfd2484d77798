#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/base/span.h"
#include "analyzer/operation/expression.h"
#include "analyzer/operation/relation.h"

// Triggers, rules, policies and functions.
namespace mlint {

struct CreateTrigger {
  std::string name;
  QualifiedName table;
  bool or_replace = false;
  bool row = false;
  bool constraint = false;
  char timing = 'a';  // b before, a after, i instead of
  bool on_insert = false, on_update = false, on_delete = false, on_truncate = false;
  std::vector<std::string> update_columns;
  QualifiedName function;
  SharedExpr when;
  QualifiedName from_table;
  bool deferrable = false;
  bool initially_deferred = false;
};
struct CreateRule {
  std::string name;
  QualifiedName table;
  bool or_replace = false;
  bool instead = false;
  char event = 's';  // s select, i insert, u update, d delete
  std::vector<std::shared_ptr<const Query>> actions;
  SharedExpr where;
};
struct CreatePolicy {
  std::string name;
  QualifiedName table;
  bool permissive = true;
  std::vector<std::string> roles;
  SharedExpr using_, check;
};
struct AlterPolicy {
  std::string name;
  QualifiedName table;
  std::vector<std::string> roles;  // empty: as they were
  SharedExpr using_, check;
};

struct FunctionParameter {
  std::string name;
  TypeName type;
  char mode = 'i';
  bool has_default = false;
};
struct CreateFunction {
  QualifiedName name;
  bool or_replace = false;
  bool procedure = false;
  std::vector<FunctionParameter> parameters;
  TypeName returns;
  std::string language;   // lower case
  char volatility = 'v';  // i immutable, s stable, v volatile
  bool strict = false;
  bool security_definer = false;
  std::string body;                               // decoded text of AS '…'
  Span body_span;                                 // of the literal in the statement's text
  bool has_sql_body = false;                      // RETURN expr / BEGIN ATOMIC
  std::vector<std::shared_ptr<const Query>> sql;  // of LANGUAGE sql, parsed; empty when it does not parse
  Options settings;                               // SET name = value
};
struct AlterFunction {
  QualifiedName name;
  std::optional<char> volatility;
};

}  // namespace mlint
