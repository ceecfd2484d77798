#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_irreversible_operation {

// The operation itself, or the first one nested in it, that Django refuses to unapply.
static const django::ModelOperation* irreversible(const django::ModelOperation& operation) {
  const bool by_kind = operation.known_as == "RunPython" || operation.known_as == "RunSQL";
  if (by_kind && operation.reversible.has_value() && !*operation.reversible) return &operation;
  if (by_kind && !operation.reversible.has_value()) {
    const char* reverse = operation.known_as == "RunPython" ? "reverse_code" : "reverse_sql";
    const py::Value* value = operation.argument(reverse);
    if (value == nullptr || value->is<py::None>()) return &operation;
  }
  for (const django::ModelOperation& nested : operation.database_operations)
    if (const django::ModelOperation* found = irreversible(nested)) return found;
  return nullptr;
}

// What its SQL touches is known to be small.
static bool is_small(const OperationView& view) {
  bool any = false;
  for (const Statement* statement : view.statements) {
    if (!statement->effects.known || statement->operation.as<Opaque>() != nullptr) return false;
    for (const RelationLock& lock : statement->effects.locks) {
      if (!is_table(lock.kind)) continue;
      if (severity_on(view.migration, Hazard::no_reverse, lock.relation) != Severity::off) return false;
      any = true;
    }
  }
  return any;
}

static void check(const OperationView& view, Reporter& reporter) {
  if (view.model == nullptr) return;
  const django::ModelOperation* found = irreversible(*view.model);
  if (found == nullptr || is_small(view)) return;
  const bool python = found->known_as == "RunPython";
  Finding finding;
  finding.location = found->location;
  finding.message = std::string(python ? "RunPython" : "RunSQL") + " has no reverse: the migration cannot be unapplied";
  if (found != view.model)
    finding.notes.push_back("inside SeparateDatabaseAndState Django notices it only half-way through the rollback");
  finding.help = python ? "give `reverse_code`, or `migrations.RunPython.noop` when nothing needs to be undone"
                        : "give `reverse_sql`, or `migrations.RunSQL.noop` when nothing needs to be undone";
  finding.subject = "operation." + std::to_string(view.index);
  reporter.add(std::move(finding));
}

}  // namespace of_irreversible_operation

constexpr Rule irreversible_operation{
    .info = {.code = "ML401",
             .name = "irreversible-operation",
             .group = RuleGroup::reversibility,
             .severity = Severity::info,
             .summary = "A RunPython or RunSQL operation has no reverse.",
             .effect = "`migrate app previous` stops with IrreversibleError, also when nothing would need undoing.",
             .instead = "Give the reverse, or `noop` when nothing needs to be undone.",
             .silent_when = "A reverse or `noop` is given, or all that its SQL touches is small.",
             .equivalents = "django-migration-linter:RUNPYTHON_REVERSIBLE django-migration-linter:RUNSQL_REVERSIBLE "
                            "django-safe-migrations:SM016 django-safe-migrations:SM007"},
    .on_operation = of_irreversible_operation::check,
};

}  // namespace mlint::rules
