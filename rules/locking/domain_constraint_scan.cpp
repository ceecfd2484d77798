#include "analyzer/operation/print_expression.h"
#include "analyzer/operation/printer.h"
#include "rules/advice.h"
#include "rules/recipe.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_domain_constraint_scan {

static void check(const StatementView& view, Reporter& reporter) {
  const auto* alter = view.statement.operation.as<AlterDomain>();
  if (alter == nullptr || alter->action == AlterDomain::Action::validate_constraint) return;
  std::vector<std::string> tables;
  QualifiedName worst;
  Severity severity = Severity::off;
  each_work(view.statement.effects, Cause::domain_check, [&](const Work& work) {
    tables.push_back(ticked(work.relation));
    const Severity one = severity_on(view.migration, Hazard::scan_under_lock, work.relation);
    if (worst.name.empty() || one > severity) worst = work.relation, severity = one;
  });
  const bool unknown = view.before.find_type(alter->name) == nullptr;
  if (tables.empty() && (!unknown || !view.statement.effects.may_fail_on_rows)) return;
  Finding finding;
  finding.message = "the new constraint of domain " + ticked(alter->name) + " scans " +
                    (tables.empty() ? "every table that uses it (which ones is not known here)" : listed(tables)) +
                    " while writes to " + (tables.empty() ? "it wait" : "them wait");
  Recipe recipe;
  if (alter->constraint && !alter->constraint->name.empty()) {
    Constraint check = *alter->constraint;
    check.not_valid = true;
    const std::string domain = "ALTER DOMAIN " + sql_name(alter->name);
    const std::string name = quote_ident(check.name);
    recipe = {{.sql = {domain + " ADD " + plain_sql(print_constraint(check, false))},
               .undo = {domain + " DROP CONSTRAINT " + name}},
              {.sql = {domain + " VALIDATE CONSTRAINT " + name}}};
  }
  finding.help =
      alter->action == AlterDomain::Action::set_not_null
          ? "a domain's NOT NULL has no NOT VALID form: add CHECK (VALUE IS NOT NULL) NOT VALID and validate it"
          : with_steps("add it NOT VALID, and validate it " + later_step(view.migration), recipe, view.operation);
  finding.subject = subject_of(alter->name, "domain");
  report(view, reporter, Hazard::scan_under_lock, worst, std::move(finding));
}

}  // namespace of_domain_constraint_scan

constexpr Rule domain_constraint_scan{
    .info = {.code = "ML133",
             .name = "domain-constraint-scan",
             .group = RuleGroup::locking,
             .severity = Severity::warning,
             .summary = "A constraint of a domain is validated over every table that uses it.",
             .effect = "Each of those tables is read in full under SHARE, so writes to all of them wait.",
             .instead = "ALTER DOMAIN … ADD CONSTRAINT … NOT VALID, which locks no table, then VALIDATE "
                        "CONSTRAINT.",
             .silent_when = "The constraint is NOT VALID, or no table uses the domain.",
             .equivalents = "squawk:ban-alter-domain-with-add-constraint "
                            "pgsafe:add-domain-constraint-without-not-valid pgsafe:add-domain-not-null "
                            "pgfence:ban-alter-domain-add-constraint"},
    .on_statement = of_domain_constraint_scan::check,
};

}  // namespace mlint::rules
