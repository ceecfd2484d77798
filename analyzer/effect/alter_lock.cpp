#include <algorithm>
#include <array>
#include <set>

#include "analyzer/base/overloaded.h"
#include "analyzer/effect/alter_table.h"
#include "analyzer/schema/implication.h"

// The lock that ALTER TABLE takes on its table and on the children that it reaches.
namespace mlint::effect {
namespace {

// Storage parameters that need ACCESS EXCLUSIVE; the others need SHARE UPDATE EXCLUSIVE (reloptions.c).
constexpr std::array exclusive_options = {"user_catalog_table", "fastupdate",       "gin_pending_list_limit",
                                          "buffering",          "autosummarize",    "pages_per_range",
                                          "security_barrier",   "security_invoker", "check_option"};

}  // namespace

Fact options_fact(const Options& options) {
  const bool exclusive = std::any_of(options.begin(), options.end(), [](const auto& option) {
    return std::find(exclusive_options.begin(), exclusive_options.end(), option.first) != exclusive_options.end();
  });
  return exclusive ? Fact::set_options_exclusive : Fact::set_options;
}

namespace {

Fact detach_fact(const alter::DetachPartition& action) {
  if (action.finalize) return Fact::detach_finalize_parent;
  return action.concurrently ? Fact::detach_concurrently_parent : Fact::detach_parent;
}

Fact add_constraint_fact(const Constraint& constraint) {
  switch (constraint.kind) {
    case Constraint::Kind::foreign_key:
      return Fact::add_foreign_key;
    case Constraint::Kind::check:
      return constraint.no_inherit ? Fact::add_check_no_inherit : Fact::add_check;
    case Constraint::Kind::not_null:
      return Fact::add_not_null_constraint;
    case Constraint::Kind::exclusion:
      return Fact::add_exclusion;
    case Constraint::Kind::primary_key:
      return constraint.using_index.empty() ? Fact::add_primary_key : Fact::add_using_index;
    default:
      return constraint.using_index.empty() ? Fact::add_unique : Fact::add_using_index;
  }
}

// The lock each action needs on the table: what AlterTableGetLockLevel and the recursion say.
Fact level_of(const alter::Action& action) {
  using namespace alter;
  return std::visit(overloaded{[](const AddColumn&) { return Fact::add_column; },
                               [](const alter::DropColumn&) { return Fact::drop_column; },
                               [](const SetType&) { return Fact::set_type; },
                               [](const SetDefault&) { return Fact::set_default; },
                               [](const DropDefault&) { return Fact::set_default; },
                               [](const SetNotNull&) { return Fact::set_not_null; },
                               [](const DropNotNull&) { return Fact::drop_not_null; },
                               [](const SetExpression&) { return Fact::set_expression; },
                               [](const DropExpression&) { return Fact::drop_expression; },
                               [](const AddIdentity&) { return Fact::add_identity; },
                               [](const SetIdentity&) { return Fact::set_identity; },
                               [](const DropIdentity&) { return Fact::drop_identity; },
                               [](const SetStatistics&) { return Fact::set_statistics; },
                               [](const SetColumnOptions&) { return Fact::set_column_options; },
                               [](const SetStorage&) { return Fact::set_storage; },
                               [](const SetCompression&) { return Fact::set_compression; },
                               [](const AddConstraint& a) { return add_constraint_fact(a.constraint); },
                               [](const AlterConstraint&) { return Fact::alter_constraint; },
                               [](const ValidateConstraint&) { return Fact::validate_constraint; },
                               [](const DropConstraint&) { return Fact::drop_constraint; },
                               [](const alter::SetOwner&) { return Fact::set_owner; },
                               [](const ClusterOn&) { return Fact::cluster_on; },
                               [](const SetWithoutCluster&) { return Fact::set_without_cluster; },
                               [](const SetLogged&) { return Fact::set_logged; },
                               [](const SetTablespace&) { return Fact::set_tablespace; },
                               [](const SetAccessMethod&) { return Fact::set_access_method; },
                               [](const SetOptions& a) { return options_fact(a.options); },
                               [](const ReplicaIdentity&) { return Fact::replica_identity; },
                               [](const ToggleTrigger&) { return Fact::toggle_trigger; },
                               [](const ToggleRule&) { return Fact::toggle_rule; },
                               [](const RowSecurity&) { return Fact::row_security; },
                               [](const Inherit&) { return Fact::inherit; },
                               [](const NoInherit&) { return Fact::no_inherit; },
                               [](const OfType&) { return Fact::of_type; },
                               [](const NotOf&) { return Fact::not_of; },
                               [](const AttachPartition&) { return Fact::attach_parent; },
                               [](const DetachPartition& a) { return detach_fact(a); },
                               [](const SplitPartition&) { return Fact::split_parent; },
                               [](const MergePartitions&) { return Fact::split_parent; },
                               [](const ForeignOptions&) { return Fact::foreign_options; },
                               [](const Other&) { return Fact::alter_other; }},
                    action);
}

// 17 hands an identity on to partitions, never to inheritance children, and stops at once where there is none to drop.
bool identity_stays(const Alteration& a, const alter::Action& action) {
  const auto* drop = std::get_if<alter::DropIdentity>(&action);
  const bool is_identity =
      drop || std::holds_alternative<alter::AddIdentity>(action) || std::holds_alternative<alter::SetIdentity>(action);
  if (!is_identity || !a.target.relation) return false;
  if (!a.target.partitioned()) return true;
  const ColumnState* column = drop ? a.target.relation->column(drop->column) : nullptr;
  return column && !column->identity;
}

bool changes_columns_of_children(const alter::Action& action) {
  return std::holds_alternative<alter::AddColumn>(action) || std::holds_alternative<alter::SetType>(action);
}

// Constraints recurse by themselves, and since 18 the children of all but defaults are locked before anything runs.
bool goes_child_by_child(const AlterAction& action, int version) {
  if (action.as<alter::AddConstraint>()) return version < 18;
  const auto* add = action.as<alter::AddColumn>();
  if (!add) return false;
  const auto& constraints = add->column.constraints;
  const bool serial = add->column.type.name.name.find("serial") != std::string::npos;
  return !(serial && version >= 18) && std::all_of(constraints.begin(), constraints.end(), [&](const Constraint& one) {
    return one.kind == Constraint::Kind::default_ || (version < 18 && one.kind != Constraint::Kind::check);
  });
}

// A child that has the column or the check already keeps it, and what is below it is not looked at.
bool merges(const AlterAction& action, const Relation& child) {
  if (const auto* add = action.as<alter::AddColumn>()) return child.column(add->column.name) != nullptr;
  const auto* add = action.as<alter::AddConstraint>();
  if (!add || add->constraint.kind != Constraint::Kind::check || !add->constraint.expression) return false;
  const ConstraintState* own = add->constraint.name.empty() ? nullptr : child.constraint(add->constraint.name);
  return own && own->definition.expression && same_expression(*own->definition.expression, *add->constraint.expression);
}

void lock_unmerged(Alteration& a, const AlterAction& action, const ServerFact& fact) {
  std::vector<Target> waiting{a.target};
  std::set<QualifiedName> seen;
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    const Relation* table = waiting[i].relation;
    if (!table) continue;
    for (const QualifiedName& name : table->children) {
      const Relation* child = a.d.schema.find(name);
      if (!child || !seen.insert(child->name).second) continue;
      const Target target = a.d.target(*child);
      a.d.lock(fact.mode, fact, target);
      if (!merges(action, *child)) waiting.push_back(target);
    }
  }
}

}  // namespace

// One lock for the whole statement: the strongest that any action needs, taken before the first one runs.
void lock_table(Alteration& a) {
  const int version = a.d.server.version;
  const ServerFact* strongest = nullptr;
  bool family = false;
  std::vector<const AlterAction*> merging;
  for (const AlterAction& action : a.alter.actions) {
    const ServerFact& fact = fact_of(level_of(action.action), version);
    if (!strongest || fact.mode > strongest->mode) strongest = &fact;
    bool recurses = fact.role == Role::family && !a.alter.only;
    // IF NOT EXISTS and IF EXISTS stop before the children when there is nothing to do.
    if (const auto* add = action.as<alter::AddColumn>()) {
      if (add->if_not_exists && a.target.relation && a.target.relation->column(add->column.name)) recurses = false;
    } else if (const auto* drop_null = action.as<alter::DropNotNull>(); drop_null && version >= 18) {
      // 18 follows the named constraint; where there is none it stops at once.
      const ColumnState* column = a.target.relation ? a.target.relation->column(drop_null->column) : nullptr;
      if (column && column->not_null == Known::no) recurses = false;
    } else if (const auto* set_null = action.as<alter::SetNotNull>()) {
      if (all_are_not_null(a, set_null->column)) recurses = false;
    } else if (action.as<alter::DropColumn>() || identity_stays(a, action.action)) {
      recurses = false;  // children of a dropped column are locked by losing_column
    }
    const bool may_merge = goes_child_by_child(action, version);
    if (recurses && may_merge) merging.push_back(&action);
    family = family || (recurses && !may_merge);
    const auto* add = action.as<alter::AddColumn>();
    const bool nothing_to_do =
        add && add->if_not_exists && a.target.relation && a.target.relation->column(add->column.name);
    if (a.alter.only && !nothing_to_do && changes_columns_of_children(action.action) && a.target.relation &&
        !a.target.relation->children.empty()) {
      family = true;
    }
  }
  if (!strongest) return;
  a.d.lock(strongest->mode, *strongest, a.target);
  for (const AlterAction& action : a.alter.actions) {
    const auto* drop = action.as<alter::DropColumn>();
    if (!drop) continue;
    for (const Target& child : losing_column(a, drop->name).children) a.d.lock(Fact::drop_column, child);
  }
  if (!family) {
    for (const AlterAction* action : merging) lock_unmerged(a, *action, *strongest);
    return;
  }
  for (const Target& child : a.d.descendants(a.target)) a.d.lock(strongest->mode, *strongest, child);
}

}  // namespace mlint::effect
