#include "analyzer/django/project_class.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "analyzer/django/class_reader.h"
#include "analyzer/django/fields.h"
#include "analyzer/django/method_result.h"
#include "analyzer/django/project_lookup.h"

namespace mlint::django {
namespace {

constexpr int depth_limit = 30;  // of calls in calls

class Collector {
 public:
  Collector(const ReadContext& context, ProjectNames& names) : context_(context), names_(names) {}

  void note(std::string_view dotted) {
    const bool method = dotted.empty() || dotted.starts_with("django.");
    if (method || is_known_class(dotted) || find_project_class(&names_, dotted) != nullptr) return;
    ProjectClass made;
    made.dotted = std::string(dotted);
    if (read_project_class(made, context_, nullptr)) names_.classes.push_back(std::move(made));
  }

  void note_call(const py::Value& value) {
    const ProjectClass* own = find_called_class(&names_, value);
    if (own == nullptr || !own->by_call) return;
    ProjectClass made;
    made.dotted = own->dotted;
    made.call = repr(value);
    if (read_project_class(made, context_, value.as<py::Call>())) {
      made.by_call = false;
      names_.classes.push_back(std::move(made));
    }
  }

  void field(const py::Value& value, int depth = 0) {
    const auto* call = value.as<py::Call>();
    if (call == nullptr || depth > depth_limit) return;
    note(py::dotted_name(value));
    note_call(value);
    for (const py::Value& argument : call->arguments) field(argument, depth + 1);
    for (const py::Keyword& keyword : call->keywords) {
      if (keyword.name == "base_field" || keyword.name == "output_field") field(*keyword.value, depth + 1);
      if (keyword.name == "expression" || keyword.name == "db_default") everything(*keyword.value, depth + 1);
      if (keyword.name == "default") function(*keyword.value);
    }
  }

  // default=function
  void function(const py::Value& value) {
    const auto* name = value.as<py::Name>();
    if (name == nullptr || name->dotted.starts_with("django.") || find_project_function(&names_, name->dotted)) return;
    const auto found = find_function(name->dotted, context_);
    if (found.found == nullptr || !found.found->parameters.empty() || !found.found->decorators.empty()) return;
    auto body = body_in_call({}, found, false, context_);
    if (!body || body->statements.empty()) return;
    py::Statement& last = body->statements.back();
    const bool documented = body->statements.size() == 2 && is_text(body->statements[0]);
    if (body->statements.size() > 1 && !documented) return;
    if (last.kind != py::Statement::Kind::return_ || last.values.size() != 1 || !is_plain(last.values[0])) return;
    names_.functions.push_back({name->dotted, std::move(last.values[0])});
  }

  // Every call inside: of an index or a constraint.
  void everything(const py::Value& value, int depth = 0) {
    if (depth > depth_limit) return;
    if (const auto* call = value.as<py::Call>()) {
      note(py::dotted_name(value));
      if (const auto* method = call->callee->as<py::Attribute>()) everything(*method->base, depth + 1);
      for (const py::Value& argument : call->arguments) everything(argument, depth + 1);
      for (const py::Keyword& keyword : call->keywords) everything(*keyword.value, depth + 1);
    } else if (const auto* list = value.as<py::List>()) {
      for (const py::Value& item : list->items) everything(item, depth + 1);
    } else if (const auto* tuple = value.as<py::Tuple>()) {
      for (const py::Value& item : tuple->items) everything(item, depth + 1);
    }
  }

  void fields(const py::Value& value) {
    const auto* list = value.as<py::List>();
    for (std::size_t i = 0; list != nullptr && i < list->items.size(); ++i) {
      const auto* pair = list->items[i].as<py::Tuple>();
      if (pair != nullptr && pair->items.size() == 2) field(pair->items[1]);
    }
  }

  void options(const py::Value& value) {
    const auto* dict = value.as<py::Dict>();
    for (std::size_t i = 0; dict != nullptr && i < dict->items.size(); ++i) {
      const auto* name = dict->items[i].first.as<py::String>();
      if (name != nullptr && (name->text == "indexes" || name->text == "constraints")) {
        everything(dict->items[i].second);
      }
    }
  }

 private:
  const ReadContext& context_;
  ProjectNames& names_;
};

}  // namespace

const ProjectClass* find_project_class(const ProjectNames* names, std::string_view dotted) {
  if (names == nullptr) return nullptr;
  const auto found = std::find_if(names->classes.begin(), names->classes.end(),
                                  [&](const ProjectClass& known) { return known.dotted == dotted; });
  return found == names->classes.end() ? nullptr : &*found;
}

const ProjectClass* find_called_class(const ProjectNames* names, const py::Value& call) {
  const ProjectClass* any = find_project_class(names, py::dotted_name(call));
  if (any == nullptr || !any->by_call) return any;
  const std::string written = repr(call);
  for (const ProjectClass& known : names->classes)
    if (known.dotted == any->dotted && known.call == written) return &known;
  return any;
}

const ProjectFunction* find_project_function(const ProjectNames* names, std::string_view dotted) {
  if (names == nullptr) return nullptr;
  const auto found = std::find_if(names->functions.begin(), names->functions.end(),
                                  [&](const ProjectFunction& known) { return known.dotted == dotted; });
  return found == names->functions.end() ? nullptr : &*found;
}

void read_project_names(const std::vector<Argument>& arguments, const ReadContext& context, ProjectNames& names) {
  Collector collector(context, names);
  for (const Argument& argument : arguments) {
    if (argument.name == "field") collector.field(argument.value);
    if (argument.name == "fields") collector.fields(argument.value);
    if (argument.name == "options") collector.options(argument.value);
    if (argument.name == "index" || argument.name == "constraint") collector.everything(argument.value);
  }
}

}  // namespace mlint::django
