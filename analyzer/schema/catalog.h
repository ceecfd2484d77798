#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/schema/name_map.h"
#include "analyzer/schema/schema.h"

// What stands behind Schema; for the files of this folder only.
namespace mlint {

struct IndexHome {  // pg_class knows indexes by name; they are kept in their table
  QualifiedName name;
  QualifiedName table;
};
struct NameUses {
  QualifiedName name;
  std::uint32_t uses = 0;
};
// Relations that mention an object (a superset: whoever asks looks into them).
struct Users {
  QualifiedName name;
  std::vector<QualifiedName> users;
};
struct Overloads {
  QualifiedName name;
  SharedList<FunctionState> functions;
};
struct SchemaEntry {
  QualifiedName name;  // the schema's name in `name`
  bool dropped = false;
  std::string owner;
};

struct SessionSettings {
  std::vector<std::string> search_path{"$user", "public"};
  std::string time_zone = "UTC";
};

struct Catalog {
  NameMap<Relation> relations;
  NameMap<IndexHome> indexes;
  NameMap<TypeState> types;
  NameMap<Overloads> functions;
  NameMap<NameUses> constraint_names;  // pg_constraint by schema: generated names avoid them
  NameMap<Users> users;
  NameMap<NameUses> dropped;
  NameMap<SchemaEntry> schemas;
  std::vector<std::string> extensions;
  std::vector<SubscriptionState> subscriptions;
  std::vector<PublicationState> publications;
  std::vector<EventTriggerState> event_triggers;
  SessionSettings settings;          // in force
  SessionSettings session_settings;  // come back when SET LOCAL ends
  Unit unit = 0;

  struct Savepoint {
    std::string name;  // empty: BEGIN
    std::shared_ptr<const Catalog> before;
  };
  std::vector<Savepoint> savepoints;
  std::uint64_t transaction = 1;

  // --- names
  bool schema_usable(std::string_view schema) const;
  const std::string& creation_schema() const;
  QualifiedName new_name(const QualifiedName& name, Persistence persistence = Persistence::permanent) const;
  const Relation* find(const QualifiedName& name) const;
  const IndexHome* find_index(const QualifiedName& name) const;
  const TypeState* find_type(const QualifiedName& name) const;
  const Overloads* find_functions(const QualifiedName& name) const;
  bool class_name_taken(const QualifiedName& name) const;  // pg_class
  bool constraint_name_taken(const QualifiedName& name) const;
  std::string choose_relation_name(std::string_view name1, std::string_view name2, std::string_view label,
                                   const std::string& schema, bool constraint) const;
  std::string choose_constraint_name(std::string_view name1, std::string_view name2, std::string_view label,
                                     const std::string& schema, const std::vector<std::string>& others = {}) const;
  // The type as the catalogue keeps it: the schema of known types filled in.
  TypeName resolve_type(const TypeName& type) const;

  // --- changes; a Relation& is one that edit() gave and that belongs to this catalogue
  Relation* edit(const QualifiedName& full_name) { return relations.edit(full_name); }
  // The relation that is altered; one never seen is made, incomplete. Null: known not to exist, or an index.
  Relation* alterable(const QualifiedName& name, RelationKind kind, bool if_exists);
  void add_relation(Relation&& relation);
  void remove_relation(const QualifiedName& name);  // and what belongs to it, nothing that depends on it
  void add_constraint(Relation& table, ConstraintState&& constraint);
  bool remove_constraint(Relation& table, std::string_view name);
  void add_index(Relation& table, IndexState&& index);
  bool remove_index(Relation& table, std::string_view name);
  void use(const QualifiedName& object, const QualifiedName& user);
  void register_uses(const Relation& relation);
  std::vector<QualifiedName> users_of(const QualifiedName& object) const;
  std::vector<QualifiedName> tables_with_trigger_of(const QualifiedName& function) const;
  void mark_dropped(const QualifiedName& name) { dropped.put({name, 1}); }
  void name_constraint(const QualifiedName& name);
  void forget_constraint_name(const QualifiedName& name);
};

// What relations with policies or rules are users of, so that they are found among all.
inline QualifiedName policies_and_rules() { return {"pg_catalog", "pg_policy and pg_rewrite"}; }
// The same of temporary relations, which every COMMIT asks for.
inline QualifiedName temporary_relations() { return {"pg_catalog", "pg_class of pg_temp"}; }

// The sequence that a default draws from: the literal of nextval('…'); empty: none.
QualifiedName sequence_of(const ColumnState& column, const std::string& schema);
// References to objects follow a rename: every mention of `from` in the relation becomes `to`.
void replace_reference(Relation& relation, const QualifiedName& from, const QualifiedName& to);
void rename_relation(Catalog& catalog, const QualifiedName& from, const QualifiedName& to);

// False where it would close a circle or make a tree deeper than any real one: what recurses over children ends.
bool may_inherit(const Catalog& catalog, const QualifiedName& parent, const QualifiedName& child);

// apply() by kind.
void apply(Catalog& catalog, const CreateTable& operation);
void apply(Catalog& catalog, const CreateTableAs& operation);
void apply(Catalog& catalog, const AlterTable& operation);
void apply(Catalog& catalog, const Rename& operation);
void apply(Catalog& catalog, const SetSchema& operation);
void apply(Catalog& catalog, const SetOwner& operation);
void apply(Catalog& catalog, const Drop& operation);
void apply(Catalog& catalog, const CreateIndex& operation);
void apply(Catalog& catalog, const Reindex& operation);
void apply(Catalog& catalog, const CreateView& operation);
void apply(Catalog& catalog, const RefreshMaterializedView& operation);
void apply(Catalog& catalog, const CreateSequence& operation);
void apply(Catalog& catalog, const AlterSequence& operation);
void apply(Catalog& catalog, const CreateTrigger& operation);
void apply(Catalog& catalog, const CreateRule& operation);
void apply(Catalog& catalog, const CreateStatistics& operation);
void apply(Catalog& catalog, const CreatePolicy& operation);
void apply(Catalog& catalog, const AlterPolicy& operation);
void apply(Catalog& catalog, const CreateFunction& operation);
void apply(Catalog& catalog, const AlterFunction& operation);
void apply(Catalog& catalog, const CreateEnum& operation);
void apply(Catalog& catalog, const AddEnumValue& operation);
void apply(Catalog& catalog, const CreateCompositeType& operation);
void apply(Catalog& catalog, const CreateRangeType& operation);
void apply(Catalog& catalog, const CreateBaseType& operation);
void apply(Catalog& catalog, const CreateDomain& operation);
void apply(Catalog& catalog, const AlterDomain& operation);
void apply(Catalog& catalog, const CreateExtension& operation);
void apply(Catalog& catalog, const AlterExtension& operation);
void apply(Catalog& catalog, const CreateSchema& operation);
void apply(Catalog& catalog, const Transaction& operation);
void apply(Catalog& catalog, const SetVariable& operation);
void apply(Catalog& catalog, const SessionCommand& operation);
void apply(Catalog& catalog, const Dml& operation);
void apply(Catalog& catalog, const Cluster& operation);
void apply(Catalog& catalog, const ReassignOwned& operation);
void apply(Catalog& catalog, const DropOwned& operation);
void apply(Catalog& catalog, const AlterAllInTablespace& operation);
void apply(Catalog& catalog, const CreateObject& operation);
void apply(Catalog& catalog, const AlterObject& operation);
void apply(Catalog& catalog, const CreatePublication& operation);
void apply(Catalog& catalog, const AlterPublication& operation);
void apply(Catalog& catalog, const Opaque& operation);
void apply(Catalog& catalog, const Unparsed& operation);

// Pieces of tables that several statements need.
namespace table {
// Columns of the new table and of ADD COLUMN: serial and identity with their sequences, defaults, NOT NULL. What needs
// the whole table comes back: checks, keys, unique, foreign keys.
std::vector<Constraint> define_column(Catalog& catalog, Relation& table, const Column& column, ColumnState& state);
// DEFAULT NULL is no default, unless the type makes something of it: a length, a domain.
bool is_no_default(const Catalog& catalog, const Expr& value, const TypeName& type);
void add_check(Catalog& catalog, Relation& table, const Constraint& constraint, bool inherited, bool is_local);
void add_foreign_key(Catalog& catalog, Relation& table, const Constraint& constraint);
// Primary keys, unique and exclusion constraints, with their index, on partitions too.
void add_index_constraint(Catalog& catalog, Relation& table, const Constraint& constraint);
void add_not_null(Relation& table, std::string_view column, std::string_view name, bool valid);
// Makes the index on the table and, unless `only`, on its partitions; returns its name.
std::string define_index(Catalog& catalog, const QualifiedName& table, CreateIndex definition,
                         const Constraint* constraint, const QualifiedName& parent_index,
                         const std::vector<std::string>& column_names);
// What a new or attached partition takes from its parent.
void clone_from_parent(Catalog& catalog, const QualifiedName& parent, const QualifiedName& partition, bool attaching);
void drop_column(Catalog& catalog, const QualifiedName& table, std::string_view column, bool recurse);
void drop_relation(Catalog& catalog, const QualifiedName& name);
void drop_index(Catalog& catalog, const QualifiedName& name);
void drop_constraint(Catalog& catalog, const QualifiedName& table, std::string_view name, bool recurse);
void rename_column(Catalog& catalog, const QualifiedName& table, const std::string& from, const std::string& to,
                   bool recurse);
// The columns of a view or CREATE TABLE AS, and what it reads.
void describe_query(const Catalog& catalog, const Query& query, Relation& relation,
                    const std::vector<std::string>& column_names);
}  // namespace table

// Types, functions and operator classes an extension brings; see extensions.cpp.
void install_extension(Catalog& catalog, const std::string& name, const std::string& schema);
// The name of a type that one of them brings.
bool is_of_extension(std::string_view type);

}  // namespace mlint
