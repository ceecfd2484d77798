#include "analyzer/effect/syntax.h"

#include <algorithm>

#include "analyzer/base/overloaded.h"

namespace mlint::effect {
namespace {

int of_type(const TypeName& type) {
  if (type.name.name != "numeric" || type.modifiers.size() < 2) return 0;
  return type.modifiers[1] < 0 || type.modifiers[1] > type.modifiers[0] ? 15 : 0;
}

int of_constraint(const Constraint& constraint) {
  return constraint.nulls_not_distinct || !constraint.on_delete_columns.empty() ? 15 : 0;
}

int of_column(const Column& column) {
  int since = std::max(of_type(column.type), column.compression.empty() ? 0 : 14);
  for (const Constraint& constraint : column.constraints) since = std::max(since, of_constraint(constraint));
  return since;
}

int of_options(const Options& options) {
  const bool invoker = std::any_of(options.begin(), options.end(),
                                   [](const auto& option) { return option.first == "security_invoker"; });
  return invoker ? 15 : 0;
}

int of_action(const alter::Action& action) {
  return std::visit(overloaded{
                        [](const alter::AddColumn& add) { return of_column(add.column); },
                        [](const alter::AddConstraint& add) { return of_constraint(add.constraint); },
                        [](const alter::SetType& set) { return of_type(set.type); },
                        [](const alter::DropExpression&) { return 13; },
                        [](const alter::SetCompression&) { return 14; },
                        [](const alter::DetachPartition& detach) { return detach.finalize ? 14 : 0; },
                        [](const alter::SetAccessMethod&) { return 15; },
                        [](const alter::SetOptions& set) { return of_options(set.options); },
                        [](const auto&) { return 0; },
                    },
                    action);
}

int of(const CreateTable& table) {
  int since = 0;
  for (const Column& column : table.columns) since = std::max(since, of_column(column));
  for (const Constraint& constraint : table.constraints) since = std::max(since, of_constraint(constraint));
  for (const LikeClause& like : table.like) {
    if (like.compression && !like.all) since = std::max(since, 14);
  }
  return since;
}

int of(const AlterTable& alter) {
  int since = 0;
  for (const AlterAction& action : alter.actions) since = std::max(since, of_action(action.action));
  return since;
}

int of(const CreateFunction& function) {
  const bool out = function.procedure && std::any_of(function.parameters.begin(), function.parameters.end(),
                                                     [](const auto& p) { return p.mode == 'o'; });
  return function.has_sql_body || out ? 14 : 0;
}

int of(const Vacuum& vacuum) {
  int since = 0;
  for (const auto& [name, value] : vacuum.options) {
    if (name == "parallel") since = std::max(since, 13);
    if (name == "process_toast") since = std::max(since, 14);
    if (name == "process_main" || name == "skip_database_stats" || name == "only_database_stats" ||
        name == "buffer_usage_limit") {
      since = 16;
    }
  }
  return since;
}

int of(const CreateIndex& index) { return index.nulls_not_distinct ? 15 : 0; }
int of(const CreateTrigger& trigger) { return trigger.or_replace ? 14 : 0; }
int of(const CreateView& view) { return of_options(view.options); }
int of(const CreateSequence& sequence) { return sequence.persistence == Persistence::unlogged ? 15 : 0; }
int of(const CreatePublication& publication) { return publication.schemas.empty() ? 0 : 15; }
int of(const Reindex& reindex) { return reindex.tablespace.empty() ? 0 : 14; }
int of(const CreateDomain& domain) { return of_type(domain.type); }
int of(const CreateStatistics& statistics) { return statistics.of_expressions ? 14 : 0; }
int of(const AlterStatistics&) { return 13; }
template <class Other>
int of(const Other&) {
  return 0;
}

}  // namespace

int syntax_since(const Operation& operation) {
  const int written =
      std::visit([](const auto& kind) { return of(kind); }, static_cast<const OperationVariant&>(operation.kind));
  return std::max(written, operation.syntax_since);
}

}  // namespace mlint::effect
