#include "analyzer/lint/template.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_unparsed_sql {

// Placeholders of a template are another rule's, once a directory.
static bool is_template(const StatementView& view) {
  return view.migration.language == Language::sql && holds_placeholders(view.statement.text);
}

// Python that asks for the vendor may be speaking to another database.
static bool asks_for_vendor(const StatementView& view) {
  const django::ModelOperation* model = view.operation.model;
  const django::PythonBody* body = model == nullptr ? nullptr : model->python.get();
  const django::Migration* migration = view.migration.migration;
  if (body == nullptr || migration == nullptr) return false;
  const auto file = static_cast<std::size_t>(body->location.file);
  const py::Function* function = migration->module.find_function(body->function);
  if (function == nullptr || body->location.file != migration->file) return false;
  return view.migration.project.sources[file].text(function->span).find(".vendor") != std::string_view::npos;
}

static void check(const StatementView& view, Reporter& reporter) {
  const auto* unparsed = view.statement.operation.as<Unparsed>();
  if (unparsed == nullptr || is_template(view) || asks_for_vendor(view)) return;
  Finding finding;
  finding.message = "SQL that does not parse: " + unparsed->message;
  finding.help = "what this statement does to the database is not known; every other statement was judged";
  finding.subject = "statement." + std::to_string(view.statement.index);
  reporter.add(std::move(finding));
}

}  // namespace of_unparsed_sql

constexpr Rule unparsed_sql{
    .info = {.code = "ML701",
             .name = "unparsed-sql",
             .group = RuleGroup::input,
             .severity = Severity::error,
             .summary = "A statement is no SQL that PostgreSQL's grammar knows.",
             .effect = "The server would refuse it, or a template was not filled in; nothing is known about it.",
             .instead = "Correct the statement, or map the placeholders of a template in the configuration.",
             .silent_when = "A function asks for the vendor first: its SQL may be of another database."},
    .on_statement = of_unparsed_sql::check,
};

}  // namespace mlint::rules
