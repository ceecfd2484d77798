#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_dropped_owned_objects {

static void check(const StatementView& view, Reporter& reporter) {
  const auto* drop = view.statement.operation.as<DropOwned>();
  if (drop == nullptr) return;
  Finding finding;
  finding.message = "DROP OWNED drops everything that " +
                    (drop->roles.empty() ? "the role" : ticked(drop->roles.front())) + " owns in this database";
  finding.help = "REASSIGN OWNED to another role, then drop by name what is meant";
  finding.subject = "owned";
  reporter.add(std::move(finding));
}

}  // namespace of_dropped_owned_objects

constexpr Rule dropped_owned_objects{
    .info = {.code = "ML213",
             .name = "dropped-owned-objects",
             .group = RuleGroup::data_loss,
             .severity = Severity::error,
             .summary = "DROP OWNED drops everything that a role owns.",
             .effect = "Tables and their rows go, whatever they are called.",
             .instead = "REASSIGN OWNED to another role, then drop what is meant by name.",
             .silent_when = "Objects are dropped by name."},
    .on_statement = of_dropped_owned_objects::check,
};

}  // namespace mlint::rules
