#include "analyzer/django/swapper.h"

namespace mlint::django {
namespace {

const py::String* argument(const py::Call& call, std::size_t position, std::string_view name) {
  if (position < call.arguments.size()) return call.arguments[position].as<py::String>();
  for (const py::Keyword& keyword : call.keywords)
    if (keyword.name == name) return keyword.value->as<py::String>();
  return nullptr;
}

}  // namespace

std::optional<std::string> swapper_model(const py::Value& value, std::string_view function) {
  const auto* call = value.as<py::Call>();
  const std::string_view dotted = py::dotted_name(value);
  if (call == nullptr || !dotted.starts_with("swapper.") || dotted.substr(8) != function) return std::nullopt;
  const auto* app = argument(*call, 0, "app_label");
  const auto* model = argument(*call, 1, "model");
  return app != nullptr && model != nullptr ? std::optional(app->text + "." + model->text) : std::nullopt;
}

std::string swapper_setting(std::string_view model) {
  std::string name = std::string(model) + "_MODEL";
  for (char& c : name) {
    if (c == '.') c = '_';
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return name;
}

}  // namespace mlint::django
