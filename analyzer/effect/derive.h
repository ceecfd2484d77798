#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/effect/effect.h"
#include "analyzer/effect/lock_facts.h"
#include "analyzer/operation/operation.h"

// What the files of this folder share while they derive the effects of one operation.
namespace mlint::effect {

// A relation a statement touches. `relation` is null for indexes and for what the context does not define.
struct Target {
  QualifiedName name;
  RelationKind kind = RelationKind::table;
  const Relation* relation = nullptr;
  const Relation* table = nullptr;  // of an index
  const IndexState* index = nullptr;

  bool known() const { return relation != nullptr || index != nullptr; }
  bool certain() const;  // known to be there
  bool is_index() const { return kind == RelationKind::index || kind == RelationKind::partitioned_index; }
  bool partitioned() const { return kind == RelationKind::partitioned_table; }
  // Has rows of its own that a rewrite copies and a scan reads.
  bool has_rows() const { return kind == RelationKind::table || kind == RelationKind::materialized_view; }
};

// What a statement on such an object takes a relation to be: a table where the kind says nothing else.
RelationKind relation_kind(ObjectKind kind);

// What relations were called before the statement renamed them.
using FormerNames = std::map<QualifiedName, QualifiedName>;

class Derivation {
 public:
  Derivation(const Operation& operation, const Schema& before, const Server& server);
  Derivation(const Derivation&) = delete;
  Derivation& operator=(const Derivation&) = delete;

  const Operation& operation;
  const Schema& schema;
  const Server& server;
  Effects effects;
  std::set<std::string_view>* used = nullptr;      // ids of facts, where somebody asks
  int depth = 0;                                   // of functions that are looked into
  bool runs = true;                                // false: it is only planned, or kept for later
  std::set<QualifiedName>* bodies = &own_bodies_;  // read already; one inside another has those of the other

  Target target(const QualifiedName& name, RelationKind written = RelationKind::table) const;
  Target target(const Relation& relation) const;
  Target target(const Relation& table, const IndexState& index) const;
  // Where a partitioned table may have more, an assumption says so.
  std::vector<Target> descendants(const Target& target);
  std::vector<Target> family(const Target& target);  // it and its descendants
  // The DEFAULT partition directly under a partitioned table.
  std::optional<Target> default_partition(const Relation& parent) const;

  void lock(Fact fact, const Target& target);
  void lock_family(Fact fact, const Target& target);
  void lock(LockMode mode, const ServerFact& fact, const Target& target);
  void work(Fact fact, const Target& target, std::string object = {}, bool assumed = false);
  void refuse(Fact fact);
  void builds(const std::string& index);
  void validates(const std::string& constraint);
  void assume(std::string what);
  void fail(std::string why);
  void opaque();  // anything may happen that is not seen
  // Says that a partitioned table may have more partitions than are known.
  void assume_partitions(const Relation& table);
  // Says that the target is not defined by the context, unless it is.
  void assume_known(const Target& target);
  // True when the relation is known not to exist; then the statement fails, unless `if_exists`.
  bool absent(const QualifiedName& name, bool if_exists, std::string_view what);

  // Takes over what a statement inside this one does (a body, a rule).
  void merge(const Effects& inner, const Schema& inner_before, const FormerNames& former = {});

  // Relations of --schema, not only of the migrations themselves.
  bool context_given() const;

  // The schema behind the operation, made at the first question: names that PostgreSQL chooses are read from it.
  const Schema& after();

  Effects finish();

 private:
  std::map<QualifiedName, RelationLock> locks_;  // whose `relation` is their key until finish()
  std::set<QualifiedName> own_bodies_;
  std::optional<Schema> after_;
};

// All but locks and work, which are of relations.
void take_over(Effects& into, const Effects& inner);

// The table and the partitioned ones that it is a part of, at any depth: foreign keys to and from these are its own
// too.
std::vector<QualifiedName> with_partitioned(const Schema& schema, const Relation& table);

std::vector<const Relation*> typed_tables(const Derivation& d);  // CREATE TABLE … OF a type

std::string quoted(std::string_view name);      // `name` for messages
std::string quoted(const QualifiedName& name);  // `name` without public
bool is_system(const QualifiedName& name);      // pg_catalog, information_schema, pg_… without a schema
bool contains(const std::vector<std::string>& list, std::string_view item);

// Whether a part of the relation (null: it has none of that name) is known to be there.
template <class Part>
bool surely(const Relation& of, const Part* part) {
  return part && part->certain && of.certain;
}

// One function a statement kind, by topic.
void derive(Derivation& d, const CreateTable& operation);
void derive(Derivation& d, const CreateTableAs& operation);
void derive(Derivation& d, const AlterTable& operation);
void derive(Derivation& d, const Rename& operation);
void derive(Derivation& d, const SetSchema& operation);
void derive(Derivation& d, const SetOwner& operation);
void derive(Derivation& d, const Drop& operation);
void derive(Derivation& d, const Comment& operation);
void derive(Derivation& d, const Grant& operation);
void derive(Derivation& d, const CreateIndex& operation);
void derive(Derivation& d, const Reindex& operation);
void derive(Derivation& d, const CreateView& operation);
void derive(Derivation& d, const RefreshMaterializedView& operation);
void derive(Derivation& d, const CreateSequence& operation);
void derive(Derivation& d, const AlterSequence& operation);
void derive(Derivation& d, const CreateTrigger& operation);
void derive(Derivation& d, const CreateRule& operation);
void derive(Derivation& d, const CreatePolicy& operation);
void derive(Derivation& d, const AlterPolicy& operation);
void derive(Derivation& d, const CreateFunction& operation);
void derive(Derivation& d, const AlterFunction& operation);
void derive(Derivation& d, const CreateEnum& operation);
void derive(Derivation& d, const AddEnumValue& operation);
void derive(Derivation& d, const CreateCompositeType& operation);
void derive(Derivation& d, const CreateRangeType& operation);
void derive(Derivation& d, const CreateBaseType& operation);
void derive(Derivation& d, const CreateDomain& operation);
void derive(Derivation& d, const AlterDomain& operation);
void derive(Derivation& d, const CreateExtension& operation);
void derive(Derivation& d, const AlterExtension& operation);
void derive(Derivation& d, const CreateSchema& operation);
void derive(Derivation& d, const CreateStatistics& operation);
void derive(Derivation& d, const AlterStatistics& operation);
void derive(Derivation& d, const CreatePublication& operation);
void derive(Derivation& d, const AlterPublication& operation);
void derive(Derivation& d, const CreateObject& operation);
void derive(Derivation& d, const AlterObject& operation);
void derive(Derivation& d, const AlterAllInTablespace& operation);
void derive(Derivation& d, const ReassignOwned& operation);
void derive(Derivation& d, const DropOwned& operation);
void derive(Derivation& d, const Dml& operation);
void derive(Derivation& d, const Truncate& operation);
void derive(Derivation& d, const Copy& operation);
void derive(Derivation& d, const LockTable& operation);
void derive(Derivation& d, const Call& operation);
void derive(Derivation& d, const Do& operation);
void derive(Derivation& d, const Vacuum& operation);
void derive(Derivation& d, const Cluster& operation);
void derive(Derivation& d, const Repack& operation);
void derive(Derivation& d, const Transaction& operation);
void derive(Derivation& d, const SetVariable& operation);
void derive(Derivation& d, const SetConstraints& operation);
void derive(Derivation& d, const Prepare& operation);
void derive(Derivation& d, const Execute& operation);
void derive(Derivation& d, const SessionCommand& operation);
void derive(Derivation& d, const Unparsed& operation);
void derive(Derivation& d, const Opaque& operation);

// Pieces that several topics need.

void create_partition(Derivation& d, const Target& parent, const PartitionBound& bound);
// A heap copied to a new file: every index is built again with it.
void rewrite(Derivation& d, Fact fact, const Target& table, const std::string& object, bool assumed = false);
// A key whose columns cannot be compared with those that it references. `type_of` a column of the referencing table:
// null where it is not known.
void refuse_mismatch(Derivation& d, const Constraint& key,
                     const std::function<const TypeName*(const std::string&)>& type_of);
// A foreign key made on `table`; `validate`: existing rows are checked. `name` may be empty (generated).
void add_foreign_key(Derivation& d, const Target& table, const Constraint& constraint, bool validate,
                     const std::string& name);
// Locks what goes away with a relation, a column or an object; see drop_walk.cpp.
void drop_relation(Derivation& d, const Target& target, bool cascade);
void drop_column(Derivation& d, const std::vector<Target>& tables, std::string_view column, bool cascade,
                 const std::vector<std::string>& gone);
void drop_foreign_key(Derivation& d, const Target& table, const ConstraintState& constraint);
void drop_constraint_index(Derivation& d, const Target& table, const ConstraintState& constraint, bool cascade);
// Reads, writes and row locks of a query, functions with a known body included.
void derive_query(Derivation& d, const Query& query);
void derive_expression(Derivation& d, const Expr& expression);  // that is kept: what it names is locked
// One that is evaluated: the functions in it run, whose body is known, and the checks of domains that it casts to.
void run_expression(Derivation& d, const Expr& expression);
void run_call(Derivation& d, const Expr& node);  // of a query: a call, or a cast to a domain; others are left alone
void run_domain_checks(Derivation& d, const TypeName& type);
void run_index(Derivation& d, const CreateIndex& index);
// What a new row of the table evaluates: generated columns, checks, indexes, and the defaults that it takes.
using TakesDefault = std::function<bool(const ColumnState&, std::size_t position)>;
void run_for_rows(Derivation& d, const Relation& table, const TakesDefault& takes_default);
// `arguments`: that it is called with.
void derive_body(Derivation& d, const CreateFunction& function, const std::vector<Expr>& arguments = {});
void fire_event_triggers(Derivation& d, const Operation& operation);
// The operation by its kind.
void dispatch(Derivation& d, const Operation& operation);

}  // namespace mlint::effect
