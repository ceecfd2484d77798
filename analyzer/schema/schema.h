#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/operation/operation.h"
#include "analyzer/schema/shared_list.h"

// The schema as it stands before a step, replayed from operations. The world is open: a relation that was never seen is
// not absent but unknown; what a relation is known to have is in it, and `complete` says whether there may be more.
namespace mlint {

enum class Known : std::uint8_t { no, yes, unknown };
enum class Volatility : std::uint8_t { immutable, stable, volatile_, unknown };

// Migrations and .sql files are numbered in the order they are replayed; 0 is the context given from outside
// (--schema).
using Unit = std::uint32_t;

struct ColumnState {
  std::string name;
  TypeName type;  // text empty and name empty: the type is not known
  QualifiedName collation;
  Known not_null = Known::no;
  std::string not_null_constraint;  // PostgreSQL 18 names them
  bool not_null_valid = true;
  SharedExpr default_;
  bool identity = false, identity_always = false;
  SharedExpr generated;  // and whether stored
  bool generated_stored = true;
  std::string owned_sequence;  // of serial and identity, unqualified, in the table's schema
  Unit added_in = 0;
  bool null_in_old_rows = false;  // no row that stood when it was added has had another value in it
  bool inherited = false;         // comes from a parent (attinhcount > 0)
  bool local = true;              // also declared here (attislocal): survives when the parent drops it
  bool certain = true;            // false: it may not be there
  std::string storage, compression;
};

struct ConstraintState {
  Constraint definition;  // with its final name and its columns filled in
  bool valid = true;
  std::string index;  // of primary key, unique, exclusion
  Unit added_in = 0;
  bool inherited = false;
  bool local = true;
  bool certain = true;  // false: it may not be there
};

struct IndexState {
  QualifiedName name;
  CreateIndex definition;  // with its final name
  bool valid = true;  // CONCURRENTLY may leave an invalid one; ON ONLY a partitioned parent is invalid until attached
  std::string constraint;  // the constraint it belongs to
  QualifiedName parent;    // partitioned index it is attached to
  Unit added_in = 0;
  bool only = false;    // made ON ONLY a partitioned table
  bool certain = true;  // false: it may not be there
  // The names of the index's own columns, chosen when it was made: what PostgreSQL copies when it clones the index.
  std::vector<std::string> attribute_names;
};

struct TriggerState {
  CreateTrigger definition;
  char enabled = 'O';      // O, D disabled, A always, R replica
  bool inherited = false;  // cloned from the partitioned parent
};
struct PolicyState {
  std::string name;
  std::vector<std::string> roles;
  SharedExpr using_, check;
};
struct RuleState {
  std::string name;
  bool enabled = true;
  char event = 's';       // as of CreateRule
  bool replaces = false;  // INSTEAD, whatever the rows are
  std::vector<std::shared_ptr<const Query>> actions;
};

// A column that a view reads; an empty column stands for columns that are not known.
struct ColumnRef {
  QualifiedName relation;
  std::string column;
  friend auto operator<=>(const ColumnRef&, const ColumnRef&) = default;
};

// A view's query groups by the table's primary key and needs that. Not certain: what it uses may be an aggregate's, or
// not the table's at all.
struct KeyUse {
  QualifiedName table;
  bool certain = true;
};

struct Relation {
  QualifiedName name;  // with its schema
  RelationKind kind = RelationKind::table;
  Persistence persistence = Persistence::permanent;
  bool complete = true;  // false: columns, indexes or constraints may exist that are not listed
  bool certain = true;   // false: it, or any part of it, may not be there
  Unit created_in = 0;
  SharedList<ColumnState> columns;
  SharedList<ConstraintState> constraints;
  SharedList<IndexState> indexes;
  SharedList<TriggerState> triggers;
  std::vector<PolicyState> policies;
  std::vector<RuleState> rules;
  std::optional<PartitionKey> partition_by;
  std::optional<PartitionBound> bound;
  std::vector<QualifiedName> parents;  // inheritance and PARTITION OF
  std::vector<QualifiedName> children;
  std::shared_ptr<const Query> query;  // of views
  std::vector<QualifiedName> reads;    // relations a view depends on
  std::vector<ColumnRef> reads_columns;
  std::vector<KeyUse> rests_on_key_of;
  QualifiedName owned_by_table;  // of sequences
  std::string owned_by_column;
  Options options;
  std::string tablespace, access_method, owner, replica_identity_index;
  char replica_identity = 'd';
  bool row_security = false, force_row_security = false;
  bool populated = true;        // of materialized views
  bool detach_pending = false;  // of partitions: DETACH CONCURRENTLY did not finish
  std::string clustered_on;
  std::vector<std::string> statistics;  // names of CREATE STATISTICS objects
  QualifiedName of_type;
  std::string foreign_server;
  std::string extension;  // that it was added to

  const ColumnState* column(std::string_view name) const;
  const ConstraintState* constraint(std::string_view name) const;
  const IndexState* index(std::string_view name) const;
  const TriggerState* trigger(std::string_view name) const;
  const ConstraintState* primary_key() const;
  const KeyUse* use_of_key(const QualifiedName& table) const;
  bool is_partition() const { return bound.has_value(); }
};

struct TypeState {
  enum class Kind : std::uint8_t { enum_, domain, composite, range, base } kind = Kind::base;
  QualifiedName name;
  std::vector<std::string> values;  // of enums
  TypeName base;                    // of domains
  std::vector<ConstraintState> constraints;
  bool not_null = false;
  SharedExpr default_;
  std::vector<ColumnState> attributes;  // of composite types
  Unit created_in = 0;
  std::vector<std::pair<std::string, std::uint64_t>> values_added;  // value, id of the transaction that added it
  std::uint64_t created_by = 0;                                     // id of the transaction that made the type
  std::string extension;                                            // that brought it
  std::string owner;
};

struct SubscriptionState {
  std::string name;
  bool has_slot = true;  // on the publisher: DROP removes it there, so it runs outside of transactions only
  bool enabled = true;
};
struct EventTriggerState {
  std::string name, event;
  std::vector<std::string> tags;  // none: all
  QualifiedName function;
  bool enabled = true;
};
struct PublicationState {
  std::string name;
  std::vector<QualifiedName> tables;  // as listed
};

struct FunctionState {
  QualifiedName name;
  CreateFunction definition;
  std::string extension;  // that it was added to
  std::string owner;
};

// Value semantics, shared structure: a copy costs pointers. Pure: no operation reads anything but the schema.
class Schema {
 public:
  Schema();

  // Names without a schema are looked up along search_path (temporary objects first). Null: not known to exist.
  const Relation* find(const QualifiedName& name) const;
  const Relation* find_index_table(const QualifiedName& index) const;  // the table an index belongs to
  const TypeState* find_type(const QualifiedName& name) const;
  bool has_functions() const;
  const FunctionState* find_function(const QualifiedName& name) const;  // any overload
  std::vector<const FunctionState*> functions(const QualifiedName& name) const;
  const SubscriptionState* find_subscription(std::string_view name) const;
  const PublicationState* find_publication(std::string_view name) const;
  bool has_extension(std::string_view name) const;
  bool has_schema(std::string_view name) const;
  std::vector<std::string> schemas_of(const std::vector<std::string>& owners) const;
  // Was dropped in this history, and not made again: it is known not to exist.
  bool was_dropped(const QualifiedName& name) const;
  // The full name an unqualified one stands for: that of the object found, else the first schema of search_path.
  QualifiedName resolve(const QualifiedName& name) const;

  // The full name that a relation made under this name gets.
  QualifiedName new_name(const QualifiedName& name, Persistence persistence = Persistence::permanent) const;

  std::vector<const Relation*> relations() const;  // by name
  std::vector<const Relation*> relations_where(const std::function<bool(const Relation&)>& wanted) const;
  std::vector<const Relation*> relations_with_policies_or_rules() const;
  const std::vector<EventTriggerState>& event_triggers() const;
  std::vector<const TypeState*> types() const;  // by name; without those of extensions
  std::vector<const FunctionState*> all_functions() const;
  const std::vector<std::string>& extensions() const;
  // Tables whose foreign keys reference this one, with the constraint; views that read it; tables that use the type.
  std::vector<std::pair<const Relation*, const ConstraintState*>> referencing(const QualifiedName& table) const;
  std::vector<const Relation*> views_on(const QualifiedName& relation) const;
  std::vector<const Relation*> tables_with_triggers_from(
      const QualifiedName& table) const;  // CREATE CONSTRAINT TRIGGER
  std::vector<const Relation*> sequences_of(const QualifiedName& table, std::string_view column) const;  // owned by it
  std::vector<const Relation*> tables_using_type(const QualifiedName& type) const;
  std::vector<const Relation*> descendants(const QualifiedName& table) const;  // partitions and children, at any depth

  void begin_unit(Unit unit);
  Unit unit() const;
  bool created_in_this_unit(const QualifiedName& relation) const;

  // Total: what it does not understand makes what it may have touched incomplete.
  void apply(const Operation& operation);

  // Session settings that decide names and costs.
  const std::vector<std::string>& search_path() const;
  const std::string& time_zone() const;
  bool time_zone_is_utc() const;
  void reset_session(bool keep_settings);

  // Transactions: BEGIN, COMMIT, ROLLBACK and savepoints are operations like any other. Outside of a block every
  // operation is a transaction of its own.
  bool in_transaction() const;
  std::uint64_t transaction() const;  // id of the one that the next operation runs in
  // PostgreSQL 12 to 16: a value that ALTER TYPE ADD VALUE added cannot be used before the commit (55P04).
  bool enum_value_usable(const QualifiedName& type, std::string_view value) const;

  // For tests and generated context: puts a relation as it is.
  void put(Relation relation);

 private:
  struct State;
  State& edit();
  std::shared_ptr<State> state_;  // copied when shared
};

}  // namespace mlint
