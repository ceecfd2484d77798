#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/base/span.h"
#include "analyzer/operation/expression.h"
#include "analyzer/operation/relation.h"

// Statements on rows, and maintenance: queries, TRUNCATE, COPY, LOCK, CALL, DO, VACUUM, CLUSTER.
namespace mlint {

struct Dml {
  std::shared_ptr<const Query> query;
};  // SELECT, VALUES, INSERT, UPDATE, DELETE, MERGE
struct Truncate {
  std::vector<RelationRef> tables;
  bool restart_identity = false;
  bool cascade = false;
};
struct Copy {
  QualifiedName table;
  std::shared_ptr<const Query> query;
  bool from = false;
  std::string file;
};
struct LockTable {
  std::vector<RelationRef> tables;
  std::uint8_t mode = 8;
  bool nowait = false;
};  // 1 ACCESS SHARE … 8 ACCESS EXCLUSIVE
struct Call {
  QualifiedName function;
  std::vector<Expr> arguments;
};
struct Do {
  std::string language;
  std::string body;
  Span body_span;
};
struct Vacuum {
  bool vacuum = true;
  bool analyze = false;
  bool full = false;
  bool truncate = true;
  bool only = false;  // PostgreSQL 18: partitions left out
  std::vector<QualifiedName> tables;
  std::vector<std::vector<std::string>> columns;  // of each of `tables`: those that are named; none: all
  Options options;
};
struct Cluster {
  QualifiedName table;
  std::string index;
};  // table empty: all
struct Repack {
  QualifiedName table;
  bool concurrently = false;
  std::string index;
};  // PostgreSQL 19

}  // namespace mlint
