#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "analyzer/base/span.h"
#include "analyzer/operation/column.h"
#include "analyzer/operation/expression.h"
#include "analyzer/operation/relation.h"

// CREATE TABLE, CREATE TABLE AS and ALTER TABLE with its actions.
namespace mlint {

struct CreateTable {
  QualifiedName name;
  bool if_not_exists = false;
  Persistence persistence = Persistence::permanent;
  std::vector<Column> columns;
  std::vector<Constraint> constraints;
  std::vector<LikeClause> like;
  std::vector<QualifiedName> inherits;  // of PARTITION OF: the parent, and `bound` is set
  std::optional<PartitionBound> bound;
  std::optional<PartitionKey> partition_by;
  QualifiedName of_type;
  Options options;
  std::string tablespace;
  std::string access_method;
  std::string on_commit;       // drop, delete rows, preserve rows
  std::string foreign_server;  // CREATE FOREIGN TABLE
};

struct CreateTableAs {  // also SELECT INTO and CREATE MATERIALIZED VIEW
  QualifiedName name;
  bool materialized_view = false;
  bool if_not_exists = false;
  bool with_data = true;
  Persistence persistence = Persistence::permanent;
  std::vector<std::string> column_names;
  std::shared_ptr<const Query> query;  // null: EXECUTE prepared
};

namespace alter {

struct AddColumn {
  Column column;
  bool if_not_exists = false;
};
struct DropColumn {
  std::string name;
  bool if_exists = false;
  bool cascade = false;
};
struct SetType {
  std::string column;
  TypeName type;
  QualifiedName collation;
  SharedExpr using_;
  bool cascade = false;
};
struct SetDefault {
  std::string column;
  Expr value;
};
struct DropDefault {
  std::string column;
};
struct SetNotNull {
  std::string column;
};
struct DropNotNull {
  std::string column;
};
struct SetExpression {
  std::string column;
  Expr value;
};  // PostgreSQL 17
struct DropExpression {
  std::string column;
  bool if_exists = false;
};
struct AddIdentity {
  std::string column;
  bool always = false;
  Options options;
};
struct SetIdentity {
  std::string column;
  Options options;
};  // SET GENERATED, SET seqoption, RESTART
struct DropIdentity {
  std::string column;
  bool if_exists = false;
};
struct SetStatistics {
  std::string column;
};  // or an index's column number
struct SetColumnOptions {
  std::string column;
  Options options;
  bool reset = false;
};
struct SetStorage {
  std::string column;
  std::string storage;
};
struct SetCompression {
  std::string column;
  std::string method;
};
struct AddConstraint {
  Constraint constraint;
};
struct AlterConstraint {
  std::string name;
  std::optional<bool> deferrable, initially_deferred, enforced, no_inherit;
};
struct ValidateConstraint {
  std::string name;
};
struct DropConstraint {
  std::string name;
  bool if_exists = false;
  bool cascade = false;
};
struct SetOwner {
  std::string role;
};
struct ClusterOn {
  std::string index;
};
struct SetWithoutCluster {};
struct SetLogged {
  bool logged = true;
};
struct SetTablespace {
  std::string name;
};
struct SetAccessMethod {
  std::string name;
};  // empty: DEFAULT
struct SetOptions {
  Options options;
  bool reset = false;
};
struct ReplicaIdentity {
  char kind = 'd';
  std::string index;
};  // d default, f full, n nothing, i index
struct ToggleTrigger {
  std::string name;
  bool all = false;
  bool user = false;
  char mode = 'O';
};  // O enable, D disable, A always, R replica
struct ToggleRule {
  std::string name;
  char mode = 'O';
};
struct RowSecurity {
  bool force = false;
  bool enable = true;
};  // ENABLE/DISABLE, FORCE/NO FORCE
struct Inherit {
  QualifiedName parent;
};
struct NoInherit {
  QualifiedName parent;
};
struct OfType {
  QualifiedName type;
};
struct NotOf {};
struct AttachPartition {
  QualifiedName partition;
  PartitionBound bound;
};  // of an index: no bound
struct DetachPartition {
  QualifiedName partition;
  bool concurrently = false;
  bool finalize = false;
};
struct SplitPartition {
  QualifiedName partition;
  std::vector<std::pair<QualifiedName, PartitionBound>> into;
};  // PostgreSQL 19
struct MergePartitions {
  std::vector<QualifiedName> partitions;
  QualifiedName into;
};  // PostgreSQL 19
struct ForeignOptions {};
struct Other {
  std::string what;
};

using Action =
    std::variant<AddColumn, DropColumn, SetType, SetDefault, DropDefault, SetNotNull, DropNotNull, SetExpression,
                 DropExpression, AddIdentity, SetIdentity, DropIdentity, SetStatistics, SetColumnOptions, SetStorage,
                 SetCompression, AddConstraint, AlterConstraint, ValidateConstraint, DropConstraint, SetOwner,
                 ClusterOn, SetWithoutCluster, SetLogged, SetTablespace, SetAccessMethod, SetOptions, ReplicaIdentity,
                 ToggleTrigger, ToggleRule, RowSecurity, Inherit, NoInherit, OfType, NotOf, AttachPartition,
                 DetachPartition, SplitPartition, MergePartitions, ForeignOptions, Other>;

}  // namespace alter

struct AlterAction {
  alter::Action action;
  Span span;

  template <class T>
  const T* as() const {
    return std::get_if<T>(&action);
  }
};

struct AlterTable {  // also ALTER INDEX, VIEW, MATERIALIZED VIEW, SEQUENCE, FOREIGN TABLE, TYPE (composite), by
                     // `written`
  QualifiedName name;
  RelationKind written = RelationKind::table;  // the keyword of the statement; the relation may be of another kind
  bool only = false;
  bool if_exists = false;
  std::vector<AlterAction> actions;
};

}  // namespace mlint
