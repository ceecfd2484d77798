#include "rules/data/data_step.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_dropped_after_copy {

// A RunPython before it whose function names the field.
static const django::ModelOperation* copy_before(const MigrationView& view, std::size_t operation,
                                                 const std::string& column) {
  const auto file = static_cast<std::size_t>(view.file);
  if (view.migration == nullptr || file >= view.project.sources.size()) return nullptr;
  for (std::size_t i = 0; i < operation && i < view.migration->operations.size(); ++i) {
    const django::ModelOperation& one = view.migration->operations[i];
    const py::Value* code = one.known_as == "RunPython" ? one.argument("code") : nullptr;
    const py::Function* function =
        code == nullptr ? nullptr : view.migration->module.find_function(py::dotted_name(*code));
    if (function != nullptr && names_word(view.project.sources[file].text(function->span), field_of(column)))
      return &one;
  }
  return nullptr;
}

static void check(const MigrationView& view, Reporter& reporter) {
  for (std::size_t i = 0; i < view.statements.size(); ++i) {
    const auto* alter = view.statements[i].operation.as<AlterTable>();
    if (alter == nullptr) continue;
    const QualifiedName table = view.before_statement[i].resolve(alter->name);
    if (is_new(view.before_statement[i], table)) continue;
    for (const auto* drop : actions<alter::DropColumn>(view.statements[i].operation)) {
      const django::ModelOperation* copy = copy_before(view, view.operation_of[i], drop->name);
      if (copy == nullptr) continue;
      Finding finding;
      finding.location = view.statements[i].location;
      finding.labels.push_back({copy->location, {}, "its values are read here"});
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
             .silent_when = "The copy was merged earlier.",
             .covers = "dropped-column"},
    .on_migration = of_dropped_after_copy::check,
};

}  // namespace mlint::rules
