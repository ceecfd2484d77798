// ALTER TABLE: actions in the passes of tablecmds.c (drops, type changes, new columns, checks, attributes, indexes,
// foreign keys, the rest), recursing to partitions and children.
#include <algorithm>
#include <utility>
#include <variant>

#include "analyzer/schema/alter.h"
#include "analyzer/schema/catalog.h"
#include "analyzer/schema/expressions.h"
#include "analyzer/schema/names.h"
#include "analyzer/schema/old_rows.h"
#include "analyzer/schema/types.h"
#include "analyzer/schema/uncertain.h"

namespace mlint {
namespace {

using Kind = Constraint::Kind;

enum Pass : int { drop, type, add_column, add_check, attributes, add_index, other_constraint, misc, pass_count };

Pass pass_of(const Constraint& constraint) {
  switch (constraint.kind) {
    case Kind::primary_key:
    case Kind::unique:
    case Kind::exclusion:
      return add_index;
    case Kind::foreign_key:
      return other_constraint;
    default:
      return add_check;
  }
}

struct PassOf {
  Pass operator()(const alter::AddColumn&) const { return add_column; }
  Pass operator()(const alter::DropColumn&) const { return drop; }
  Pass operator()(const alter::DropConstraint&) const { return drop; }
  Pass operator()(const alter::DropNotNull&) const { return drop; }
  Pass operator()(const alter::DropDefault&) const { return drop; }
  Pass operator()(const alter::DropIdentity&) const { return drop; }
  Pass operator()(const alter::DropExpression&) const { return drop; }
  Pass operator()(const alter::SetType&) const { return type; }
  Pass operator()(const alter::SetExpression&) const { return add_check; }
  Pass operator()(const alter::SetNotNull&) const { return attributes; }
  Pass operator()(const alter::SetDefault&) const { return other_constraint; }
  Pass operator()(const alter::AddIdentity&) const { return other_constraint; }
  Pass operator()(const alter::AddConstraint& action) const { return pass_of(action.constraint); }
  template <class T>
  Pass operator()(const T&) const {
    return misc;
  }
};

ColumnState* edit_column(Relation& table, std::string_view name) {
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].name == name) return &table.columns.edit(i);
  if (table.complete || name.empty()) return nullptr;
  ColumnState state;  // there, but nothing else of it is known
  state.name = name;
  state.not_null = Known::unknown;
  return &table.columns.push_back(std::move(state));
}

// Made for a type of the user's, it is cast from that when the column gets another: it depends on it still
// (ATExecAlterColumnType).
void hold_default(ColumnState& column) {
  if (!column.default_ || column.type.name.name.empty() || column.type.name.schema == "pg_catalog") return;
  Expr cast;
  cast.kind = Expr::Kind::cast;
  cast.type = column.type;
  if (!column.default_->text.empty()) cast.text = column.default_->text + "::" + types::format_type(column.type);
  cast.arguments.push_back(*column.default_);
  column.default_ = std::move(cast);
}

// One ALTER TABLE on one table and, level by level, on its children.
class Alteration {
 public:
  Alteration(Catalog& catalog, QualifiedName table, bool only)
      : catalog_(catalog), name_(std::move(table)), recurse_(!only) {}

  void run(const std::vector<AlterAction>& actions) {
    for (int pass = 0; pass < pass_count; ++pass) {
      for (const AlterAction& action : actions)
        if (std::visit(PassOf{}, action.action) == pass) std::visit([&](const auto& a) { apply(a); }, action.action);
      // Constraints written at new columns follow in their own passes.
      for (std::size_t i = 0; i < pending_.size(); ++i)
        if (pass_of(pending_[i]) == pass) add(Constraint(pending_[i]));
    }
  }

 private:
  Relation* table() { return catalog_.edit(name_); }

  // The table and its descendants.
  template <class Function>
  void each(Function function) {
    std::vector<QualifiedName> waiting{name_};
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      Relation* relation = catalog_.edit(waiting[i]);
      if (!relation) continue;
      function(*relation);
      if (!recurse_) return;
      for (const QualifiedName& child : relation->children)
        if (std::find(waiting.begin(), waiting.end(), child) == waiting.end()) waiting.push_back(child);
    }
  }
  template <class Function>
  void each_column(const std::string& column, Function function) {
    each([&](Relation& relation) {
      if (ColumnState* state = edit_column(relation, column)) function(*state);
    });
  }

  void add(Constraint constraint) {
    Relation* relation = table();
    if (!relation) return;
    make_room(catalog_, *relation, constraint);
    switch (constraint.kind) {
      case Kind::check:
        return table::add_check(catalog_, *relation, constraint, false, true);
      case Kind::foreign_key:
        return table::add_foreign_key(catalog_, *relation, constraint);
      case Kind::primary_key:
        if (constraint.using_index.empty())
          for (const std::string& column : constraint.columns)
            each([&](Relation& r) { table::add_not_null(r, column, "", true); });
        return table::add_index_constraint(catalog_, *relation, constraint);
      case Kind::unique:
      case Kind::exclusion:
        return table::add_index_constraint(catalog_, *relation, constraint);
      case Kind::not_null:
        for (const std::string& column : constraint.columns)
          each([&](Relation& r) {
            if (constraint.no_inherit && r.name != name_) return;
            table::add_not_null(r, column, constraint.name, !constraint.not_valid);
          });
        return;
      default:
        return;
    }
  }

  void apply(const alter::AddColumn& action) {
    Relation* relation = table();
    if (!relation || !make_room(catalog_, *relation, action.column, action.if_not_exists)) return;
    ColumnState state;
    state.name = names::truncate(action.column.name);
    std::vector<Constraint> rest = table::define_column(catalog_, *relation, action.column, state);
    for (Constraint& c : rest) pending_.push_back(std::move(c));
    state.null_in_old_rows = fills_with_null(catalog_, state);
    relation->columns.push_back(ColumnState(state));
    catalog_.use(sequence_of(state, name_.schema), name_);
    if (!recurse_) return;
    state.identity = state.identity_always = false;
    state.owned_sequence.clear();
    state.inherited = true;
    state.local = false;
    bool first = true;
    each([&](Relation& child) {
      if (std::exchange(first, false)) return;
      for (std::size_t i = 0; i < child.columns.size(); ++i)
        if (child.columns[i].name == state.name) {
          child.columns.edit(i).inherited = true;
          return;
        }
      if (state.type.name.schema != "pg_catalog") catalog_.use(state.type.name, child.name);
      child.columns.push_back(ColumnState(state));
    });
  }
  void apply(const alter::DropColumn& action) { table::drop_column(catalog_, name_, action.name, recurse_); }
  void apply(const alter::SetType& action) {
    const TypeName type = catalog_.resolve_type(action.type);
    each([&](Relation& relation) {
      ColumnState* column = edit_column(relation, action.column);
      if (!column) return;
      if (column->type.name != type.name) hold_default(*column);
      column->type = type;
      column->collation = action.collation;
      if (action.using_ && !keeps_null(*action.using_, action.column)) column->null_in_old_rows = false;
      if (column->type.name.schema != "pg_catalog") catalog_.use(column->type.name, relation.name);
    });
  }
  void apply(const alter::SetDefault& action) {
    each_column(action.column, [&](ColumnState& column) {
      column.default_.reset();
      if (!table::is_no_default(catalog_, action.value, column.type)) column.default_ = action.value;
      catalog_.use(sequence_of(column, name_.schema), name_);
    });
  }
  void apply(const alter::DropDefault& action) {
    each_column(action.column, [](ColumnState& column) { column.default_.reset(); });
  }
  void apply(const alter::SetNotNull& action) {
    each([&](Relation& relation) { table::add_not_null(relation, action.column, "", true); });
  }
  void apply(const alter::DropNotNull& action) {
    each_column(action.column, [](ColumnState& column) {
      column.not_null = Known::no;
      column.not_null_valid = true;
      column.not_null_constraint.clear();
    });
  }
  void apply(const alter::SetExpression& action) {
    each_column(action.column, [&](ColumnState& column) { column.generated = action.value; });
  }
  void apply(const alter::DropExpression& action) {
    each_column(action.column, [](ColumnState& column) { column.generated.reset(); });
  }
  void apply(const alter::AddIdentity& action) {
    Relation* relation = table();
    const ColumnState* known = relation ? relation->column(action.column) : nullptr;
    if (!relation || (!known && relation->complete)) return;
    Column written;
    written.type = known ? known->type : TypeName{};
    Constraint identity;
    identity.kind = Kind::identity;
    identity.identity_always = action.always;
    identity.sequence_options = action.options;
    written.constraints.push_back(std::move(identity));
    ColumnState* column = edit_column(*relation, action.column);
    ColumnState state = *column;
    table::define_column(catalog_, *relation, written, state);
    state.type = column->type;
    state.added_in = column->added_in;
    *column = std::move(state);
  }
  void apply(const alter::SetIdentity& action) {
    for (const auto& [key, value] : action.options)
      if (key == "generated")
        if (Relation* relation = table())
          if (ColumnState* column = edit_column(*relation, action.column))
            column->identity_always = value == "always" || value == "a" || value == "ALWAYS";
  }
  void apply(const alter::DropIdentity& action) {
    Relation* relation = table();
    ColumnState* column = relation ? edit_column(*relation, action.column) : nullptr;
    if (!column || !column->identity) return;
    column->identity = column->identity_always = false;
    const QualifiedName sequence{name_.schema, std::exchange(column->owned_sequence, {})};
    catalog_.remove_relation(sequence);
  }
  void apply(const alter::SetStorage& action) {
    each_column(action.column, [&](ColumnState& column) { column.storage = action.storage; });
  }
  void apply(const alter::SetCompression& action) {
    if (Relation* relation = table())
      if (ColumnState* column = edit_column(*relation, action.column)) column->compression = action.method;
  }
  void apply(const alter::AddConstraint& action) { add(action.constraint); }
  void inherit_not_null(const std::string& name) {
    const Relation* relation = table();
    std::string inherited;
    for (std::size_t i = 0; relation && i < relation->columns.size(); ++i)
      if (relation->columns[i].not_null_constraint == name) inherited = relation->columns[i].name;
    if (!inherited.empty()) each([&](Relation& r) { table::add_not_null(r, inherited, name, true); });
  }
  void apply(const alter::AlterConstraint& action) {
    each([&](Relation& relation) {
      for (std::size_t i = 0; i < relation.constraints.size(); ++i) {
        if (relation.constraints[i].definition.name != action.name) continue;
        Constraint& constraint = relation.constraints.edit(i).definition;
        if (action.deferrable) constraint.deferrable = *action.deferrable;
        if (action.initially_deferred) constraint.initially_deferred = *action.initially_deferred;
        if (action.enforced) constraint.enforced = *action.enforced;
        if (action.no_inherit) constraint.no_inherit = *action.no_inherit;
      }
    });
    if (action.no_inherit && !*action.no_inherit) inherit_not_null(action.name);
  }
  void apply(const alter::ValidateConstraint& action) {
    each([&](Relation& relation) {
      for (std::size_t i = 0; i < relation.constraints.size(); ++i)
        if (relation.constraints[i].definition.name == action.name) {
          relation.constraints.edit(i).valid = true;
          relation.constraints.edit(i).definition.not_valid = false;
        }
      for (std::size_t i = 0; i < relation.columns.size(); ++i)
        if (relation.columns[i].not_null_constraint == action.name && !relation.columns[i].not_null_valid)
          relation.columns.edit(i).not_null_valid = true;
    });
  }
  void apply(const alter::DropConstraint& action) { table::drop_constraint(catalog_, name_, action.name, recurse_); }
  void apply(const alter::SetOwner& action) {
    if (Relation* relation = table()) relation->owner = action.role;
  }
  void apply(const alter::ClusterOn& action) {
    if (Relation* relation = table()) relation->clustered_on = action.index;
  }
  void apply(const alter::SetWithoutCluster&) {
    if (Relation* relation = table()) relation->clustered_on.clear();
  }
  void apply(const alter::SetLogged& action) {
    Relation* relation = table();
    if (!relation || relation->persistence == Persistence::temporary) return;
    relation->persistence = action.logged ? Persistence::permanent : Persistence::unlogged;
  }
  void apply(const alter::SetTablespace& action) {
    if (Relation* relation = table()) relation->tablespace = action.name;
  }
  void apply(const alter::SetAccessMethod& action) {
    if (Relation* relation = table()) relation->access_method = action.name;
  }
  void apply(const alter::SetOptions& action) {
    Relation* relation = table();
    if (!relation) return;
    for (const auto& [key, value] : action.options) {
      std::erase_if(relation->options, [&, k = key](const auto& option) { return option.first == k; });
      if (!action.reset) relation->options.emplace_back(key, value);
    }
  }
  void apply(const alter::ReplicaIdentity& action) {
    if (Relation* relation = table()) {
      relation->replica_identity = action.kind;
      relation->replica_identity_index = action.index;
    }
  }
  void apply(const alter::ToggleTrigger& action) {
    each([&](Relation& relation) {
      for (std::size_t i = 0; i < relation.triggers.size(); ++i)
        if (action.all || action.user || relation.triggers[i].definition.name == action.name)
          relation.triggers.edit(i).enabled = action.mode;
    });
  }
  void apply(const alter::ToggleRule& action) {
    if (Relation* relation = table())
      for (RuleState& rule : relation->rules)
        if (rule.name == action.name) rule.enabled = action.mode != 'D';
  }
  void apply(const alter::RowSecurity& action) {
    if (Relation* relation = table())
      (action.force ? relation->force_row_security : relation->row_security) = action.enable;
  }
  void apply(const alter::Inherit& action) {
    Relation* child = table();
    if (!child) return;
    const Relation* found = catalog_.find(action.parent);
    const QualifiedName parent = found ? found->name : catalog_.new_name(action.parent);
    if (!may_inherit(catalog_, parent, name_)) return;
    child->parents.push_back(parent);
    catalog_.use(parent, name_);
    Relation* above = found ? catalog_.edit(parent) : nullptr;
    if (!above) return;
    above->children.push_back(name_);
    catalog_.use(name_, parent);
    mark_inherited(*child, *above, true, false);
  }
  void apply(const alter::NoInherit& action) {
    const Relation* found = catalog_.find(action.parent);
    leave_parent(catalog_, found ? found->name : catalog_.new_name(action.parent), name_);
  }
  void apply(const alter::OfType& action) {
    Relation* relation = table();
    if (!relation) return;
    const TypeState* found = catalog_.find_type(action.type);
    relation->of_type = found ? found->name : action.type;
    catalog_.use(relation->of_type, name_);
  }
  void apply(const alter::NotOf&) {
    if (Relation* relation = table()) relation->of_type = {};
  }
  void apply(const alter::AttachPartition& action) {
    Relation* child = catalog_.alterable(action.partition, RelationKind::table, false);
    Relation* parent = table();
    if (!child || !parent || !may_inherit(catalog_, name_, child->name)) return;
    const QualifiedName partition = child->name;
    child->bound = action.bound;
    child->parents = {name_};
    parent->children.push_back(partition);
    catalog_.use(partition, name_);
    catalog_.use(name_, partition);
    mark_inherited(*child, *parent, true, true);
    table::clone_from_parent(catalog_, name_, partition, true);
  }
  void apply(const alter::DetachPartition& action) {
    const Relation* found = catalog_.find(action.partition);
    if (!found) return;
    const QualifiedName partition = found->name;
    if (action.concurrently || action.finalize) keep_bound_as_check(catalog_, name_, partition);
    leave_parent(catalog_, name_, partition);
  }
  // PostgreSQL 19: what the new partitions are called is not modelled.
  void apply(const alter::SplitPartition& action) { forget_partitions({action.partition}); }
  void apply(const alter::MergePartitions& action) { forget_partitions(action.partitions); }
  void apply(const alter::SetStatistics&) {}
  void apply(const alter::SetColumnOptions&) {}
  void apply(const alter::ForeignOptions&) {}
  void apply(const alter::Other&) {}

  void forget_partitions(const std::vector<QualifiedName>& partitions) {
    for (const QualifiedName& partition : partitions)
      if (const Relation* found = catalog_.find(partition)) table::drop_relation(catalog_, QualifiedName(found->name));
  }

  Catalog& catalog_;
  QualifiedName name_;
  bool recurse_;
  std::vector<Constraint> pending_;
};

bool alter_composite(Catalog& catalog, const AlterTable& operation) {
  const TypeState* found = catalog.find_type(operation.name);
  if (!found || found->kind != TypeState::Kind::composite) return false;
  TypeState& type = *catalog.types.edit(found->name);
  std::vector<ColumnState>& attributes = type.attributes;
  for (const AlterAction& action : operation.actions) {
    if (const auto* add = action.as<alter::AddColumn>()) {
      ColumnState attribute;
      attribute.name = add->column.name;
      attribute.type = catalog.resolve_type(add->column.type);
      attributes.push_back(std::move(attribute));
    } else if (const auto* gone = action.as<alter::DropColumn>()) {
      std::erase_if(attributes, [&](const ColumnState& a) { return a.name == gone->name; });
    } else if (const auto* change = action.as<alter::SetType>()) {
      for (ColumnState& a : attributes)
        if (a.name == change->column) a.type = catalog.resolve_type(change->type);
    }
  }
  // CASCADE: typed tables follow.
  const QualifiedName name = type.name;
  for (const QualifiedName& user : catalog.users_of(name)) {
    const Relation* typed = catalog.relations.find(user);
    if (typed && typed->of_type == name) Alteration(catalog, user, false).run(operation.actions);
  }
  return true;
}

}  // namespace

void apply(Catalog& catalog, const AlterTable& operation) {
  if (operation.written == RelationKind::composite_type || !catalog.find(operation.name)) {
    if (alter_composite(catalog, operation)) return;
    if (const IndexHome* home = catalog.find_index(operation.name))
      return alter_index(catalog, IndexHome(*home), operation);
    if (operation.written == RelationKind::composite_type || operation.written == RelationKind::index) return;
  }
  if (Relation* table = catalog.alterable(operation.name, operation.written, operation.if_exists))
    Alteration(catalog, table->name, operation.only).run(operation.actions);
}

}  // namespace mlint
