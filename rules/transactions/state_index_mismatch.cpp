#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_state_index_mismatch {

static const CreateIndex* made_index(const django::ModelOperation& operation) {
  for (const django::SqlText& text : operation.sql)
    for (const sql::ParsedStatement& statement : text.parsed.statements)
      for (const Operation& one : statement.operations)
        if (const auto* index = one.as<CreateIndex>()) return index;
  for (const django::ModelOperation& nested : operation.database_operations)
    if (const CreateIndex* index = made_index(nested)) return index;
  return nullptr;
}

static const py::Call* state_index(const django::ModelOperation& operation) {
  for (const django::ModelOperation& state : operation.state_operations) {
    if (state.known_as != "AddIndex") continue;
    const py::Value* value = state.argument("index");
    return value == nullptr ? nullptr : value->as<py::Call>();
  }
  return nullptr;
}

static std::string name_in(const py::Call& call) {
  for (const py::Keyword& keyword : call.keywords)
    if (keyword.name == "name" && keyword.value != nullptr)
      if (const auto* text = keyword.value->as<py::String>()) return text->text;
  return {};
}

static std::vector<std::string> fields_in(const py::Call& call) {
  std::vector<std::string> fields;
  for (const py::Keyword& keyword : call.keywords) {
    if (keyword.name != "fields" || keyword.value == nullptr) continue;
    const auto* list = keyword.value->as<py::List>();
    const auto* tuple = keyword.value->as<py::Tuple>();
    if (list == nullptr && tuple == nullptr) continue;
    for (const py::Value& item : list != nullptr ? list->items : tuple->items)
      if (const auto* text = item.as<py::String>(); text != nullptr && !text->text.empty())
        fields.push_back(text->text[0] == '-' ? text->text.substr(1) : text->text);
  }
  return fields;
}

static bool same_columns(const std::vector<std::string>& fields, const CreateIndex& index) {
  if (fields.empty()) return true;  // expressions: not compared
  if (fields.size() != index.elements.size()) return false;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::string& column = index.elements[i].column;
    if (column.empty()) return true;
    if (column != fields[i] && column != fields[i] + "_id") return false;
  }
  return true;
}

static void check(const OperationView& view, Reporter& reporter) {
  if (view.model == nullptr) return;
  const py::Call* state = state_index(*view.model);
  const CreateIndex* made = made_index(*view.model);
  if (state == nullptr || made == nullptr) return;
  const std::string name = name_in(*state);
  const bool other_name = !name.empty() && !made->name.empty() && name != made->name;
  if (!other_name && same_columns(fields_in(*state), *made)) return;
  Finding finding;
  finding.message = other_name ? "the state calls the index " + ticked(name) + ", the database " + ticked(made->name)
                               : "index " + ticked(made->name) + " has other columns in the state than in the database";
  finding.help = "give both the same name and columns";
  finding.subject = "index." + made->name;
  reporter.add(std::move(finding));
}

}  // namespace of_state_index_mismatch

constexpr Rule state_index_mismatch{
    .info = {.code = "ML523",
             .name = "state-index-mismatch",
             .group = RuleGroup::transactions,
             .severity = Severity::error,
             .summary = "The index of the state and the index of the database differ.",
             .effect = "Django believes in an index that is not there: later migrations that alter or drop it "
                       "fail or do the wrong thing.",
             .instead = "Give both the same name, columns and table.",
             .silent_when = "Name and columns are the same."},
    .on_operation = of_state_index_mismatch::check,
};

}  // namespace mlint::rules
