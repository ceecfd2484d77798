#include <optional>
#include <set>

#include "analyzer/django/python_body.h"
#include "rules/data/data_step.h"
#include "rules/deploy/running_code.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_dropped_after_copy {

// Values that stay in the model move to another column of it: that is a rename by hand.
static bool knows_one_model(const django::PythonBody& body) {
  std::set<std::string> models;
  for (const django::PythonModel& model : body.models) models.insert(lower(model.app + "." + model.model));
  return models.size() == 1;
}

// A RunPython before it whose function names the field and knows another model too.
static bool copies(const MigrationView& view, const django::ModelOperation& operation, const std::string& column) {
  const auto file = static_cast<std::size_t>(view.file);
  const py::Value* code = operation.known_as == "RunPython" ? operation.argument("code") : nullptr;
  const py::Function* function =
      code == nullptr ? nullptr : view.migration->module.find_function(py::dotted_name(*code));
  return function != nullptr && file < view.project.sources.size() &&
         names_word(view.project.sources[file].text(function->span), field_of(column)) &&
         !(operation.python && knows_one_model(*operation.python));
}

// The step before statement `drop` that copies the column's values to another table.
static std::optional<Location> copy_before(const MigrationView& view, std::size_t drop, const QualifiedName& table,
                                           const std::string& column) {
  for (std::size_t i = 0; i < drop; ++i) {
    const auto* dml = view.statements[i].operation.as<Dml>();
    const bool moves = dml != nullptr && dml->query && dml->query->target &&
                       view.before_statement[i].resolve(dml->query->target->name) != table;
    if (moves && copies_by_sql(view.statements[i].operation, table, column)) return view.statements[i].location;
  }
  if (view.migration == nullptr) return std::nullopt;
  const std::vector<django::ModelOperation>& operations = view.migration->operations;
  for (std::size_t i = 0; i < view.operation_of[drop] && i < operations.size(); ++i)
    if (copies(view, operations[i], column)) return operations[i].location;
  return std::nullopt;
}

static void check(const MigrationView& view, Reporter& reporter) {
  for (std::size_t i = 0; i < view.statements.size(); ++i) {
    const auto* alter = view.statements[i].operation.as<AlterTable>();
    if (alter == nullptr) continue;
    const QualifiedName table = view.before_statement[i].resolve(alter->name);
    if (is_new(view.before_statement[i], table)) continue;
    for (const auto* drop : actions<alter::DropColumn>(view.statements[i].operation)) {
      const std::optional<Location> copy = copy_before(view, i, table, drop->name);
      if (!copy) continue;
      Finding finding;
      finding.location = view.statements[i].location;
      finding.labels.push_back({*copy, {}, "its values are read here"});
      finding.message = ticked(drop->name) + " of " + ticked(table) +
                        " is dropped in the migration that reads its values: what the copy missed is gone";
      finding.help = "drop it in a later release, when the copy was checked";
      finding.statement = view.statements[i].index;
      finding.subject = subject_of(table, drop->name);
      reporter.add(std::move(finding));
    }
  }
}

}  // namespace of_dropped_after_copy

constexpr Rule dropped_after_copy{
    .info = {.code = "ML214",
             .name = "dropped-after-copy",
             .group = RuleGroup::data_loss,
             .severity = Severity::error,
             .summary = "A column is dropped in the migration that copies its values elsewhere.",
             .effect = "When the copy misses rows, or code of the previous release wrote rows meanwhile, the "
                       "values are gone.",
             .instead = "Drop the column in a later release, when the copy was checked.",
             .silent_when = "The copy was merged earlier, or goes to another column of the same model.",
             .covers = "dropped-column"},
    .on_migration = of_dropped_after_copy::check,
};

}  // namespace mlint::rules
