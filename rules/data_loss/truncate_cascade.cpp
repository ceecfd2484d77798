#include <algorithm>

#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_truncate_cascade {

static void check(const StatementView& view, Reporter& reporter) {
  const auto* truncate = view.statement.operation.as<Truncate>();
  if (truncate == nullptr || !truncate->cascade || truncate->tables.empty()) return;
  std::vector<std::string> named, others;
  for (const RelationRef& table : truncate->tables) named.push_back(ticked(resolved(view, table.name)));
  for (const RelationLock& lock : view.statement.effects.locks)
    if (lock.mode == LockMode::access_exclusive && lock.kind == RelationKind::table &&
        std::find(named.begin(), named.end(), ticked(lock.relation)) == named.end())
      others.push_back(ticked(lock.relation));
  Finding finding;
  finding.message = "TRUNCATE " + listed(named) + " CASCADE empties " +
                    (others.empty() ? "every table that references it" : listed(others)) + " too";
  finding.help = "name every table that is to be emptied, without CASCADE";
  const QualifiedName first = resolved(view, truncate->tables.front().name);
  finding.subject = subject_of(first, "truncate");
  report(view, reporter, Hazard::mass_change, first, std::move(finding));
}

}  // namespace of_truncate_cascade

constexpr Rule truncate_cascade{
    .info = {.code = "ML208",
             .name = "truncate-cascade",
             .group = RuleGroup::data_loss,
             .severity = Severity::error,
             .summary = "TRUNCATE … CASCADE empties every table that references the named ones.",
             .effect = "Tables that are not named lose all their rows, each under ACCESS EXCLUSIVE.",
             .instead = "Name every table that is to be emptied, without CASCADE.",
             .silent_when = "CASCADE is not given.",
             .equivalents = "squawk:ban-truncate-cascade pgsafe:truncate pgfence:truncate-cascade "
                            "django-safe-migrations:SM048"},
    .on_statement = of_truncate_cascade::check,
};

}  // namespace mlint::rules
