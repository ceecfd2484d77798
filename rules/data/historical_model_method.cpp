#include <algorithm>
#include <array>

#include "rules/data/python_body.h"
#include "rules/registry.h"
#include "rules/subject.h"

namespace mlint::rules {
namespace of_historical_model_method {

static bool is_django_method(std::string_view name) {
  constexpr std::array known = {std::string_view("save"),
                                std::string_view("delete"),
                                std::string_view("refresh_from_db"),
                                std::string_view("full_clean"),
                                std::string_view("clean_fields"),
                                std::string_view("validate_unique"),
                                std::string_view("asave"),
                                std::string_view("adelete"),
                                std::string_view("serializable_value"),
                                std::string_view("get_deferred_fields"),
                                std::string_view("save_base"),
                                std::string_view("clean"),
                                std::string_view("prepare_database_save"),
                                std::string_view("validate_constraints")};
  return std::find(known.begin(), known.end(), name) != known.end() || name.starts_with("_") ||
         name.starts_with("get_next_by_") || name.starts_with("get_previous_by_") || name.ends_with("_display") ||
         name.ends_with("_order");
}

static bool gives_one_row(std::string_view name) {
  return name == "first" || name == "last" || name == "get" || name == "create" || name == "earliest" ||
         name == "latest";
}

// Order.objects.first().method(): the model; empty: another chain.
static std::string model_of_row(const django::PythonBody& body, const django::PythonCall& call) {
  const std::vector<std::string>& path = call.from;
  if (path.size() < 4 || path[1] != "objects" || !gives_one_row(path[path.size() - 2])) return {};
  if (call.path.size() > 2 && call.calls[call.path.size() - 2] == nullptr) return {};
  return body.model(path.front()) == nullptr ? std::string() : body.model(path.front())->model;
}

// A call of a method that the class of the model has and the historical one has not.
static void say(const OperationView& view, Reporter& reporter, const django::PythonCall& call,
                const std::string& model) {
  report_python(view, reporter, call.location,
                "historical models have no methods: " + ticked(call.path.back() + "()") + " of " + ticked(model) +
                    " does not exist here",
                "write what it does into the migration", "method." + call.path.back());
}

// row.method() on the variable of a loop over a historical model; fields are no calls, so a call is a method.
static void check(const OperationView& view, Reporter& reporter) {
  const django::PythonBody* body = python_body(view);
  if (body == nullptr) return;
  for (const django::PythonCall& call : body->calls) {
    if (call.outermost() != nullptr && !is_django_method(call.last())) {
      const std::string model = model_of_row(*body, call);
      if (!model.empty()) {
        say(view, reporter, call, model);
        continue;
      }
    }
    if (call.path.size() != 2 || call.outermost() == nullptr || call.loop == django::PythonCall::no_loop) continue;
    if (is_django_method(call.last())) continue;
    const django::PythonLoop* found = nullptr;
    for (std::size_t loop = call.loop; loop != django::PythonCall::no_loop; loop = body->loops[loop].outer)
      for (const std::string& target : body->loops[loop].targets)
        if (target == call.path.front()) found = &body->loops[loop];
    if (found == nullptr) continue;
    const std::vector<std::string>& path = found->from;
    if (path.size() < 2 || body->model(path.front()) == nullptr || path[1] != "objects") continue;
    // What comes behind one row, or as bare values, is no row of the model.
    if (std::any_of(path.begin(), path.end(), [](const std::string& name) {
          return name == "values" || name == "values_list" || gives_one_row(name);
        }))
      continue;
    say(view, reporter, call, body->model(path.front())->model);
  }
}

}  // namespace of_historical_model_method

constexpr Rule historical_model_method{
    .info = {.code = "ML631",
             .name = "historical-model-method",
             .group = RuleGroup::data,
             .severity = Severity::warning,
             .summary = "A data migration calls something that historical models do not have.",
             .effect = "Models of `apps.get_model` have fields only: methods, properties and managers of "
                       "models.py are missing, and the call fails.",
             .instead = "Write what the method does into the migration.",
             .silent_when = "The method is one of Django's own."},
    .on_operation = of_historical_model_method::check,
};

}  // namespace mlint::rules
