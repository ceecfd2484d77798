#include "rules/history/relation.h"

#include <algorithm>
#include <string_view>

#include "rules/deploy/running_code.h"

namespace mlint::rules {
namespace {

using Targets = std::vector<const py::Value*>;

bool is_relation(std::string_view dotted, const django::ProjectNames& names) {
  if (const django::ProjectClass* own = django::find_project_class(&names, dotted)) dotted = own->base;
  return dotted.ends_with("ForeignKey") || dotted.ends_with("OneToOneField") || dotted.ends_with("ManyToManyField");
}

void find(const py::Value& value, const django::ProjectNames& names, int depth, Targets& found) {
  if (depth > 50) return;
  if (const auto* list = value.as<py::List>())
    for (const py::Value& item : list->items) find(item, names, depth + 1, found);
  if (const auto* tuple = value.as<py::Tuple>())
    for (const py::Value& item : tuple->items) find(item, names, depth + 1, found);
  const auto* call = value.as<py::Call>();
  if (call == nullptr || !is_relation(py::dotted_name(value), names)) return;
  const py::Value* to = call->arguments.empty() ? nullptr : &call->arguments.front();
  for (const py::Keyword& keyword : call->keywords)
    if (keyword.name == "to" && keyword.value != nullptr) to = keyword.value.get();
  if (to != nullptr) found.push_back(to);
}

}  // namespace

Targets relation_targets(const django::ModelOperation& operation, const django::ProjectNames& names) {
  Targets found;
  for (const django::Argument& argument : operation.arguments)
    if (argument.name == "field" || argument.name == "fields") find(argument.value, names, 0, found);
  return found;
}

bool is_replaced_user(const py::Value& target, const std::string& user_model) {
  const auto* text = target.as<py::String>();
  if (text == nullptr || user_model.empty() || user_model == "auth.User") return false;
  return text->text == "auth.User" || text->text == "auth.user";
}

bool may_lead_to_user(const django::Dependency& dependency, const std::string& user_model) {
  const std::string& model = dependency.swappable;
  if (model.empty() || model.ends_with("AUTH_USER_MODEL") || lower(model) == lower(user_model)) return !model.empty();
  return !model.starts_with("settings.") && std::count(model.begin(), model.end(), '.') != 1;  // a name of Python
}

}  // namespace mlint::rules
