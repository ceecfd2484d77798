#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "analyzer/base/span.h"
#include "analyzer/operation/catalog.h"
#include "analyzer/operation/column.h"
#include "analyzer/operation/data.h"
#include "analyzer/operation/index.h"
#include "analyzer/operation/object.h"
#include "analyzer/operation/relation.h"
#include "analyzer/operation/routine.h"
#include "analyzer/operation/session.h"
#include "analyzer/operation/table.h"
#include "analyzer/operation/type.h"
#include "analyzer/operation/view.h"

// The operation AST: what PostgreSQL is asked to do, one struct a kind of statement, in a header a noun. Made by
// parsers/sql from text and by analyzer/django from migrations; read by schema (what it changes), effect (what it
// locks) and the printer.
namespace mlint {

struct Unparsed {
  std::string message;
};  // no SQL of the grammar in use
struct Opaque {
  std::string reason;
};  // RunPython, dynamic SQL, an operation nobody knows: anything may have happened

using OperationVariant =
    std::variant<CreateTable, CreateTableAs, AlterTable, Rename, SetSchema, SetOwner, Drop, Comment, Grant, CreateIndex,
                 Reindex, CreateView, RefreshMaterializedView, CreateSequence, AlterSequence, CreateTrigger, CreateRule,
                 CreatePolicy, AlterPolicy, CreateFunction, AlterFunction, CreateEnum, AddEnumValue,
                 CreateCompositeType, CreateRangeType, CreateBaseType, CreateDomain, AlterDomain, CreateExtension,
                 AlterExtension, CreateSchema, CreateStatistics, AlterStatistics, CreatePublication, AlterPublication,
                 CreateObject, AlterObject, AlterAllInTablespace, ReassignOwned, DropOwned, Dml, Truncate, Copy,
                 LockTable, Call, Do, Vacuum, Cluster, Repack, Transaction, SetVariable, SetConstraints, Prepare,
                 Execute, SessionCommand, Unparsed, Opaque>;

// The variant with its copying, moving and destruction in operation.cpp: they are large, and every file would compile
// them anew.
struct OperationKind : OperationVariant {
  using OperationVariant::OperationVariant;
  using OperationVariant::operator=;
  OperationKind();
  OperationKind(const OperationKind& other);
  OperationKind(OperationKind&& other) noexcept;
  OperationKind& operator=(const OperationKind& other);
  OperationKind& operator=(OperationKind&& other) noexcept;
  ~OperationKind();
};

struct Operation {
  OperationKind kind;
  Span span;             // in the text it was parsed from; of generated operations: empty
  bool explain = false;  // under EXPLAIN: same locks, and work only with ANALYZE
  bool explain_analyze = false;
  int syntax_since = 0;           // the PostgreSQL whose syntax it is, when the linked grammar is older; else 0
  std::uint64_t fingerprint = 0;  // of the parsed statement without positions; 0 for generated ones

  template <class T>
  const T* as() const {
    return std::get_if<T>(&kind);
  }
};

// The word that stands for the operation in JSON ("alter_table", "create_index", "insert", "begin", "unparsed" …).
std::string_view kind_name(const Operation& operation);

}  // namespace mlint
