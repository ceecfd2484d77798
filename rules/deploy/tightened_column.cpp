#include <algorithm>

#include "analyzer/django/model_state.h"
#include "rules/data/rule_in_force.h"
#include "rules/deploy/running_code.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_tightened_column {

static std::string rule_added(const OperationView& view, const Statement& statement, const AlterTable& alter,
                              const QualifiedName& table) {
  for (const AlterAction& action : alter.actions) {
    if (const auto* set = action.as<alter::SetNotNull>()) return "NULL in " + ticked(set->column);
    const auto* add = action.as<alter::AddConstraint>();
    if (add == nullptr) continue;
    const Constraint& constraint = add->constraint;
    if (was_in_force(view.migration, statement, table, constraint)) continue;
    const std::string name = constraint.name.empty() ? std::string() : " " + ticked(constraint.name);
    if (constraint.kind == Constraint::Kind::unique || constraint.kind == Constraint::Kind::exclusion)
      return "duplicates that" + (name.empty() ? " the constraint" : name) + " forbids";
    if (constraint.kind == Constraint::Kind::not_null && !constraint.columns.empty())
      return "NULL in " + ticked(constraint.columns.front());
    if (constraint.kind == Constraint::Kind::check && !constraint.not_valid)
      return "values that" + (name.empty() ? " the CHECK" : name) + " forbids";
  }
  return {};
}

// Another migration of the branch touches the field: the release that runs knows it as it was before that.
static bool is_of_branch(const OperationView& view, const std::string& model, const std::string& field) {
  const ProjectView& project = view.migration.project;
  if (project.changed.size() == project.migrations.size()) return false;  // all of history is no branch
  for (const django::Migration& other : project.migrations) {
    if (other.key == view.migration.migration->key || other.key.app != view.migration.app) continue;
    if (std::find(project.changed.begin(), project.changed.end(), other.key) == project.changed.end()) continue;
    for (const django::ModelOperation& operation : other.operations)
      if (lower(operation.text("model_name")) == model && operation.text("name") == field) return true;
  }
  return false;
}

// Django's code of the release before gives the column a value where nobody sets it: NULL only where somebody sets
// None.
static bool has_default_in_code(const OperationView& view) {
  if (view.model == nullptr || view.model->known_as != "AlterField" || view.migration.judged == nullptr ||
      !view.migration.judged->models_before)
    return false;
  const std::string model = lower(view.model->text("model_name")), name(view.model->text("name"));
  const django::ModelPtr state = view.migration.judged->models_before->find(view.migration.app, model);
  const django::FieldPtr field = state ? state->own_field(name) : nullptr;
  if (!field || is_of_branch(view, model, name)) return false;
  const py::Value* value = field->default_value;
  return field->auto_now || field->auto_now_add || field->db_default != nullptr ||
         (value != nullptr && value->as<py::None>() == nullptr && value->as<py::Unknown>() == nullptr);
}

static void check(const OperationView& view, Reporter& reporter) {
  for (std::size_t i = 0; i < view.statements.size(); ++i) {
    const auto* alter = view.statements[i]->operation.as<AlterTable>();
    if (alter == nullptr) continue;
    const QualifiedName table = view.before[i]->resolve(alter->name);
    if (is_new(*view.before[i], table) || view.migration.not_in_use(table)) continue;
    const std::string what = rule_added(view, *view.statements[i], *alter, table);
    if (what.empty()) continue;
    Finding finding;
    finding.message = "running code that writes " + what + " to " + ticked(table) + " fails from now on";
    finding.help = "release the code that keeps the rule before the migration";
    finding.subject = subject_of(table, "rule");
    finding.severity = may_break_running_code(view.migration.project.deploy);
    if (what.starts_with("NULL in ") && has_default_in_code(view)) {
      finding.severity = std::min(*finding.severity, Severity::info);
      finding.notes.push_back("its default keeps the code from that, where nobody sets None");
    }
    add_deploy_note(view.migration, finding);
    if (*finding.severity != Severity::off) reporter.add(std::move(finding));
    return;
  }
}

}  // namespace of_tightened_column

constexpr Rule tightened_column{
    .info = {.code = "ML306",
             .name = "tightened-column",
             .group = RuleGroup::deploy,
             .severity = Severity::info,
             .summary = "A column or table gets a rule that running code may break.",
             .effect = "Inserts and updates of the previous release that the new rule forbids fail: NULLs, "
                       "duplicates, values out of range.",
             .instead = "Release the code that keeps the rule first, then the rule.",
             .silent_when =
                 "The table is new on this branch, the deploy stops the world, or a rule that implies the new "
                 "one was in force until now. NOT NULL is info where the running code has a default for the column.",
             .equivalents = "atlas:MF104"},
    .on_operation = of_tightened_column::check,
};

}  // namespace mlint::rules
