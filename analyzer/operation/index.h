#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/base/span.h"
#include "analyzer/operation/expression.h"
#include "analyzer/operation/relation.h"

// Indexes: their elements, CREATE INDEX and REINDEX.
namespace mlint {

struct IndexElement {
  std::string column;  // empty when it is an expression
  SharedExpr expression;
  QualifiedName collation;
  QualifiedName opclass;
  Options opclass_options;
  bool descending = false;
  enum class Nulls : std::uint8_t { by_default, first, last } nulls = Nulls::by_default;
};

struct CreateIndex {
  std::string name;  // empty: the server chooses
  QualifiedName table;
  bool only = false;
  bool unique = false;
  bool concurrently = false;
  bool if_not_exists = false;
  bool nulls_not_distinct = false;
  std::string access_method = "btree";
  std::vector<IndexElement> elements;
  std::vector<std::string> include;
  SharedExpr where;
  Options options;
  std::string tablespace;
  Span keyword;  // the word INDEX in the text, empty when generated
};

struct Reindex {
  enum class Target : std::uint8_t { index, table, schema, database, system } target = Target::index;
  QualifiedName name;
  bool concurrently = false;
  std::string tablespace;
};

}  // namespace mlint
