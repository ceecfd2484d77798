#include <algorithm>
#include <optional>
#include <set>

#include "rules/data/copying_sql.h"
#include "rules/data/data_step.h"
#include "rules/data/python_body.h"
#include "rules/deploy/running_code.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_dropped_after_copy {

static bool knows_one_model(const django::PythonBody& body) {
  std::set<std::string> models;
  for (const django::PythonModel& model : body.models) models.insert(lower(model.app + "." + model.model));
  return models.size() == 1;
}

// book.author.save(), Book.objects.first().author.save()
static bool follows_relation(const django::PythonCall& call) {
  for (std::size_t i = 1; i + 1 < call.path.size(); ++i) {
    const std::string& name = call.path[i];
    const bool manager = name == "objects" || name == "_base_manager" || name == "_default_manager";
    if (!manager && call.calls[i] == nullptr) return true;
  }
  return false;
}

// Of the model that is known, or of a row: what is imported has a dotted name, and what a row refers to has another one
// between.
static bool stores_in_model(const django::PythonBody& body, const django::PythonCall& call) {
  if (call.from.empty() || follows_relation(call)) return false;
  const std::string& root = call.from.front();
  return body.model(root) != nullptr || (call.from.size() == 2 && root.find('.') == std::string::npos);
}

// The statement stores rows of another table.
static bool stores_elsewhere(const MigrationView& view, std::size_t statement, const QualifiedName& table) {
  const auto* dml = view.statements[statement].operation.as<Dml>();
  return dml != nullptr && dml->query && dml->query->target &&
         view.before_statement[statement].resolve(dml->query->target->name) != table;
}

// The SQL of Python that is constant stands among the statements of its operation.
static bool sends_elsewhere(const MigrationView& view, std::size_t operation, const QualifiedName& table) {
  for (std::size_t i = 0; i < view.statements.size(); ++i)
    if (view.operation_of[i] == operation && stores_elsewhere(view, i, table)) return true;
  const std::vector<django::PythonSql>& sql = view.migration->operations[operation].python->sql;
  return std::any_of(sql.begin(), sql.end(), [](const django::PythonSql& one) { return !one.constant; });
}

// Values that stay in the model move to another column of it: that is a rename by hand.
static bool stays_in_model(const MigrationView& view, std::size_t operation, const QualifiedName& table) {
  const django::PythonBody* body = view.migration->operations[operation].python.get();
  return body != nullptr && knows_one_model(*body) && !sends_elsewhere(view, operation, table) &&
         std::all_of(body->calls.begin(), body->calls.end(), [&](const django::PythonCall& call) {
           return !stores_rows(call) || stores_in_model(*body, call);
         });
}

// A RunPython before it whose function names the field and stores rows of something else.
static bool copies(const MigrationView& view, std::size_t at, const QualifiedName& table, const std::string& column) {
  const django::ModelOperation& operation = view.migration->operations[at];
  const auto file = static_cast<std::size_t>(view.file);
  const py::Value* code = operation.known_as == "RunPython" ? operation.argument("code") : nullptr;
  const py::Function* function =
      code == nullptr ? nullptr
                      : django::find_python_function(view.migration->module, django::python_target(*code).name);
  return function != nullptr && file < view.project.sources.size() &&
         names_word(view.project.sources[file].text(function->span), field_of(column)) &&
         !stays_in_model(view, at, table);
}

// The step before statement `drop` that copies the column's values to another table.
static std::optional<Location> copy_before(const MigrationView& view, std::size_t drop, const QualifiedName& table,
                                           const std::string& column) {
  for (std::size_t i = 0; i < drop; ++i)
    if (stores_elsewhere(view, i, table) && copies_by_sql(view.statements[i].operation, table, column))
      return view.statements[i].location;
  if (view.migration == nullptr) return std::nullopt;
  const std::vector<django::ModelOperation>& operations = view.migration->operations;
  for (std::size_t i = 0; i < view.operation_of[drop] && i < operations.size(); ++i)
    if (copies(view, i, table, column)) return operations[i].location;
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
             .silent_when =
                 "The copy was merged earlier, or the step stores rows of the model alone: what moves to another "
                 "column of it is a rename by hand."},
    .on_migration = of_dropped_after_copy::check,
};

}  // namespace mlint::rules
