#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "analyzer/base/span.h"
#include "analyzer/operation/expression.h"

// The operation AST: what PostgreSQL is asked to do, one struct a kind of statement. Made by parsers/sql from text and
// by analyzer/django from migrations; read by schema (what it changes), effect (what it locks) and the printer.
namespace mlint {

using Options = std::vector<std::pair<std::string, std::string>>;  // name (perhaps "toast.name"), value as text

enum class RelationKind : std::uint8_t {
  table,
  partitioned_table,
  index,
  partitioned_index,
  sequence,
  view,
  materialized_view,
  foreign_table,
  composite_type
};

// --- columns and constraints -----------------------------------------------------------------------------------------

struct IndexElement {
  std::string column;  // empty when it is an expression
  std::optional<Expr> expression;
  QualifiedName collation;
  QualifiedName opclass;
  Options opclass_options;
  bool descending = false;
  enum class Nulls : std::uint8_t { by_default, first, last } nulls = Nulls::by_default;
};

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
  std::optional<Expr> expression;    // of default, generated, check; predicate of exclusion
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
  Span span;
};

// --- tables
// ------------------------------------------------------------------------------------------------------------

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
  std::optional<Expr> using_;
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

// --- objects by kind
// -----------------------------------------------------------------------------------------------------

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

// --- indexes
// ---------------------------------------------------------------------------------------------------------------

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
  std::optional<Expr> where;
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

// --- views, functions, triggers, types …
// ------------------------------------------------------------------------------------

struct CreateView {
  QualifiedName name;
  bool or_replace = false;
  Persistence persistence = Persistence::permanent;
  std::vector<std::string> column_names;
  std::shared_ptr<const Query> query;
  Options options;
};
struct RefreshMaterializedView {
  QualifiedName name;
  bool concurrently = false;
  bool with_data = true;
};
struct CreateSequence {
  QualifiedName name;
  bool if_not_exists = false;
  Persistence persistence = Persistence::permanent;
  Options options;
  QualifiedName owned_by_table;
  std::string owned_by_column;
};
struct AlterSequence {
  QualifiedName name;
  bool if_exists = false;
  Options options;
  bool owned_by_changes = false;
  QualifiedName owned_by_table;
  std::string owned_by_column;
};
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
  std::optional<Expr> when;
  QualifiedName from_table;
  bool deferrable = false;
  bool initially_deferred = false;
};
struct CreateRule {
  std::string name;
  QualifiedName table;
  bool or_replace = false;
  bool instead = false;
  std::vector<std::shared_ptr<const Query>> actions;
  std::optional<Expr> where;
};
struct CreatePolicy {
  std::string name;
  QualifiedName table;
  bool permissive = true;
  std::optional<Expr> using_, check;
};
struct AlterPolicy {
  std::string name;
  QualifiedName table;
  std::optional<Expr> using_, check;
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

struct CreateEnum {
  QualifiedName name;
  std::vector<std::string> values;
};
struct AddEnumValue {
  QualifiedName name;
  std::string value;
  bool if_not_exists = false;
  bool positioned = false;
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
  std::optional<Expr> value;
  bool if_exists = false;
  bool cascade = false;
};

struct CreateExtension {
  std::string name;
  bool if_not_exists = false;
  std::string schema;
  bool cascade = false;
};
struct AlterExtension {
  std::string name;
  std::string what;
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
};
struct AlterObject {
  ObjectKind kind = ObjectKind::other;
  QualifiedName name;
  Options options;
};
struct AlterAllInTablespace {
  ObjectKind kind = ObjectKind::table;
  std::string from, to;
};
struct ReassignOwned {};
struct DropOwned {
  std::vector<std::string> roles;
  bool cascade = false;
};

// --- data
// ------------------------------------------------------------------------------------------------------------------

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

// --- session
// ---------------------------------------------------------------------------------------------------------------

struct Transaction {
  enum class Kind : std::uint8_t {
    begin,
    start,
    commit,
    rollback,
    savepoint,
    release,
    rollback_to,
    prepare,
    commit_prepared,
    rollback_prepared
  };
  Kind kind = Kind::begin;
  std::string name;
  bool chain = false;
};
struct SetVariable {
  std::string name;
  std::optional<std::string> value;
  bool local = false;
  bool reset = false;
  bool reset_all = false;
};
struct SetConstraints {
  std::vector<QualifiedName> names;
  bool deferred = false;
};  // no names: ALL
struct Prepare {
  std::string name;
  std::shared_ptr<const Query> query;
};
struct Execute {
  std::string name;
};
struct SessionCommand {
  std::string what;
};  // DISCARD ALL, LISTEN, FETCH, DEALLOCATE, CHECKPOINT, LOAD …: upper case keywords

// --- not understood
// ----------------------------------------------------------------------------------------------------------

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
