#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/base/span.h"
#include "analyzer/operation/expression.h"
#include "analyzer/operation/index.h"
#include "analyzer/operation/relation.h"

// Columns, constraints and partition bounds, as they stand in CREATE TABLE and ALTER TABLE.
namespace mlint {

enum class ForeignKeyAction : std::uint8_t { no_action, restrict_, cascade, set_null, set_default };

// As in PostgreSQL's own grammar, everything that may follow a column's type is a constraint; the order is the written
// one.
struct Constraint {
  enum class Kind : std::uint8_t {
    null,
    not_null,
    default_,
    identity,
    generated,
    check,
    primary_key,
    unique,
    exclusion,
    foreign_key
  };
  Kind kind = Kind::check;
  std::string name;                  // empty: the server chooses
  std::vector<std::string> columns;  // of key, unique, foreign key, not_null; empty when written at a column
  SharedExpr expression;             // of default, generated, check; predicate of exclusion
  bool identity_always = false;
  bool generated_stored = true;  // false: VIRTUAL (PostgreSQL 18)
  Options sequence_options;      // of identity
  std::vector<std::string> include;
  Options index_options;
  std::string tablespace;   // USING INDEX TABLESPACE
  std::string using_index;  // ADD … USING INDEX
  bool nulls_not_distinct = false;
  bool without_overlaps = false;  // the last column (PostgreSQL 18); of a foreign key: PERIOD
  QualifiedName references;
  std::vector<std::string> referenced_columns;  // empty: the primary key
  ForeignKeyAction on_delete = ForeignKeyAction::no_action;
  ForeignKeyAction on_update = ForeignKeyAction::no_action;
  std::vector<std::string> on_delete_columns;
  char match = 's';                                             // s simple, f full, p partial
  std::string access_method;                                    // of exclusion
  std::vector<std::pair<IndexElement, std::string>> exclusion;  // element WITH operator
  bool deferrable = false;
  bool initially_deferred = false;
  bool not_valid = false;
  bool no_inherit = false;
  bool enforced = true;  // false: NOT ENFORCED (PostgreSQL 18)
  Span span;
};

struct Column {
  std::string name;
  TypeName type;
  QualifiedName collation;
  std::string storage;
  std::string compression;
  std::vector<Constraint> constraints;
  Span span;
};

struct PartitionKey {
  enum class Strategy : std::uint8_t { range, list, hash } strategy = Strategy::range;
  std::vector<IndexElement> elements;
};

struct PartitionBound {
  bool is_default = false;
  PartitionKey::Strategy strategy = PartitionKey::Strategy::range;
  std::vector<Expr> from, to;  // of range; MINVALUE and MAXVALUE are Expr::Kind::keyword
  std::vector<Expr> values;    // of list
  std::int32_t modulus = 0, remainder = 0;
};

enum class Persistence : std::uint8_t { permanent, unlogged, temporary };

struct LikeClause {
  QualifiedName source;
  bool defaults = false, constraints = false, indexes = false, identity = false, generated = false, storage = false,
       comments = false, statistics = false, compression = false;
  bool all = false;  // INCLUDING ALL is written, of which some may be excluded again
  Span span;
};

}  // namespace mlint
