#include "analyzer/django/package_constraint.h"

#include <algorithm>
#include <optional>

#include "analyzer/django/helper_result.h"

namespace mlint::django {
namespace {

std::optional<std::string> identifier(const py::Call& call, std::string_view name) {
  for (const py::Keyword& keyword : call.keywords) {
    if (keyword.name != name) continue;
    const auto* text = keyword.value->as<py::String>();
    const bool plain = text != nullptr && std::all_of(text->text.begin(), text->text.end(), [](char c) {
                         return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
                       });
    return plain ? std::optional(text->text) : std::nullopt;
  }
  return std::string();
}

void place(py::Value& value, const py::Value& written) {
  value.source = written.source;
  value.use = written.use;
}

// django-loose-fk 1.1: of a foreign key and a URL exactly one is filled.
std::optional<py::Value> one_of_key_and_url(const py::Value& written) {
  const auto* call = written.as<py::Call>();
  const auto app = identifier(*call, "app_label"), model = identifier(*call, "model_name");
  const auto key = identifier(*call, "fk_field"), url = identifier(*call, "url_field");
  if (!app || !model || !key || !url || key->empty() || url->empty()) return std::nullopt;
  const std::string prefix = app->empty() || model->empty() ? "" : *app + "_" + *model + "_";
  const std::string no_key = "Q(" + *key + "__isnull=True)", no_url = "Q(" + *url + "='')";
  const std::string text = "from django.db.models import CheckConstraint, Q\nmade = CheckConstraint(check=~" + no_key +
                           " & " + no_url + " | " + no_key + " & ~" + no_url + ", name='" + prefix + *key + "_or_" +
                           *url + "_filled')\n";
  const py::Module module = py::parse(text, {});
  const py::Value* made = module.find("made");
  if (made == nullptr) return std::nullopt;
  py::Value value = made->clone();
  place(value, written);
  return value;
}

// class Conjoint(CheckConstraint): what its `__init__` gives the base.
std::optional<py::Value> of_project(const py::Value& written, const ReadContext& context) {
  const auto found = find_class(py::dotted_name(written), context);
  if (found.found == nullptr || found.found->bases.size() != 1) return std::nullopt;
  const std::string base = seen_from_migration(base_name(found.found->bases[0]), found.dotted, context);
  if (base != "django.db.models.CheckConstraint" && base != "django.db.models.UniqueConstraint") return std::nullopt;
  for (const std::string_view method : {"constraint_sql", "create_sql", "remove_sql", "_get_check_sql"})
    if (found.found->function(method) != nullptr) return std::nullopt;
  auto made = found.found->function("__init__") == nullptr
                  ? std::optional(written.clone())
                  : arguments_for_base(*written.as<py::Call>(), found, context);
  auto* call = made ? std::get_if<py::Call>(&made->kind) : nullptr;
  if (call == nullptr || !py::fully_known(*made)) return std::nullopt;
  call->callee = std::make_unique<py::Value>();
  call->callee->kind = py::Name{base};
  place(*made, written);
  return made;
}

void settle(py::Value& value, const ReadContext& context) {
  const std::string_view dotted = py::dotted_name(value);
  if (!value.is<py::Call>() || dotted.empty() || dotted.starts_with("django.")) return;
  const bool loose = dotted.starts_with("django_loose_fk.") && dotted.ends_with(".FkOrURLFieldConstraint");
  auto made = loose ? one_of_key_and_url(value) : of_project(value, context);
  if (made) value = *std::move(made);
}

}  // namespace

void settle_constraints(ModelOperation& operation, const ReadContext& context) {
  for (Argument& argument : operation.arguments) {
    if (argument.name == "constraint") settle(argument.value, context);
    auto* options = argument.name == "options" ? std::get_if<py::Dict>(&argument.value.kind) : nullptr;
    for (std::size_t i = 0; options != nullptr && i < options->items.size(); ++i) {
      const auto* name = options->items[i].first.as<py::String>();
      auto* list = std::get_if<py::List>(&options->items[i].second.kind);
      if (name == nullptr || name->text != "constraints" || list == nullptr) continue;
      for (py::Value& each : list->items) settle(each, context);
    }
  }
}

}  // namespace mlint::django
