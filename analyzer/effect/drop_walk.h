#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/effect/derive.h"

// DROP and what goes away with an object: dependency.c as far as relations are concerned.
namespace mlint::effect {

// One walk over what depends on what; each relation is visited once.
class DropWalk {
 public:
  DropWalk(Derivation& derivation, bool cascades) : d_(derivation), cascade_(cascades) {}

  void also(const QualifiedName& name) { listed_.insert(name); }
  // A column that earlier actions of the statement took away, or the expression of which they did.
  void without(const std::string& column) { gone_.insert(column); }
  void relation(const Target& target);
  void column(const Target& table, std::string_view name);
  void key(const Target& table, const ConstraintState& constraint);
  // `itself`: the referenced table is locked even where it has no triggers, which DROP CONSTRAINT does.
  void foreign_key(const Target& table, const ConstraintState& constraint, bool itself = false);
  void index(const Target& index);

 private:
  void referenced_family(const Target& table, bool itself);
  void views(const Relation& table, std::string_view column);
  void views_resting_on_key(const Relation& table);
  void referencing(const Relation& table, const std::vector<std::string>& columns);
  void referencing_through(const Relation& table, const std::string& index);
  void partition_relatives(const Relation& table);
  void row_type(const Relation& table);
  void triggers_from(const Relation& table);
  void policies_and_rules(const Relation& table, std::string_view column);
  void owned_sequences(const Relation& table, const ColumnState& column, bool whole_table);
  void owned_sequence(const Relation& table, const ColumnState& column, const QualifiedName& sequence,
                      bool whole_table);
  // Without CASCADE an object that still depends on it stops the statement; one that may be gone is taken not to.
  bool dependent(const std::string& what, bool certain);
  bool referenced_by(const Relation& other, const ConstraintState& key);

  Derivation& d_;
  bool cascade_;
  std::set<QualifiedName> visited_, listed_;
  std::set<std::string> gone_;
};

bool calls(const Expr& expression, std::string_view function);
bool uses_sequence(const ColumnState& column, const QualifiedName& sequence);
// nextval('name') and the like, 'name'::regclass: the object that holds the expression depends on the relation.
bool mentions_relation(const Expr& expression, const QualifiedName& name);

// The statement by kind of object: drop.cpp has those of relations, drop_object.cpp the others.
void drop_type(Derivation& d, const Drop& operation, const QualifiedName& name);
void drop_collation(Derivation& d, const Drop& operation, const QualifiedName& name);
void drop_function(Derivation& d, const Drop& operation, const QualifiedName& name);
void drop_extension(Derivation& d, const Drop& operation, const std::string& name);
// Foreign tables go with their server; with a wrapper's extension all that may be behind it.
void drop_foreign_tables(Derivation& d, const Drop& operation, const std::string& server, const std::string& what);
void drop_schema(Derivation& d, const Drop& operation, const std::string& name);

}  // namespace mlint::effect
