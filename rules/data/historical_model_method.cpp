#include <algorithm>
#include <array>

#include "analyzer/django/model_state.h"
#include "rules/data/python_body.h"
#include "rules/deploy/running_code.h"
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

// The historical model of an app of the project, where every field of it is known: no base of its own, nothing unread.
// Models of packages are known by their tables, not by their managers.
static django::ModelPtr state_of(const OperationView& view, const django::PythonModel& model) {
  const auto* judged = view.migration.judged;
  const auto& migrations = view.migration.project.migrations;
  if (std::none_of(migrations.begin(), migrations.end(),
                   [&](const django::Migration& migration) { return migration.key.app == model.app; }))
    return nullptr;
  if (judged == nullptr || view.index >= judged->models_before_operation.size()) return nullptr;
  django::ModelPtr state = judged->models_before_operation[view.index]->find(model.app, lower(model.model));
  if (state == nullptr || !state->unread.empty()) return nullptr;
  const bool plain = std::all_of(state->bases.begin(), state->bases.end(), [](const std::string& base) {
    return base == "django.db.models.Model" || base == "django.db.models.base.Model";
  });
  return plain ? state : nullptr;
}

// What rows of the model have by the state: fields, keys of relations, and what other models' relations are called.
static bool has_attribute(const OperationView& view, const django::ModelState& state, const std::string& name) {
  if (name.starts_with("_") || name == "id" || name == "pk" || name == "objects" || name.ends_with("_set") ||
      name == "DoesNotExist" || name == "MultipleObjectsReturned" || is_django_method(name))
    return true;
  for (const django::FieldPtr& field : state.fields)
    if (field->name == name || field->name + "_id" == name) return true;
  bool found = false;
  view.migration.judged->models_before_operation[view.index]->each([&](const django::ModelPtr& other) {
    found = found || other->name_lower == name;
    for (const django::FieldPtr& field : other->fields) found = found || field->related_name == name;
  });
  return found;
}

// Values that the query adds to its rows are known to nobody.
static bool adds_values(const std::vector<std::string>& path) {
  return std::any_of(path.begin(), path.end(), [](const std::string& name) {
    return name == "annotate" || name == "extra" || name == "raw" || name == "alias" || name == "values" ||
           name == "values_list" || name == "prefetch_related" || name == "aggregate" || name == "dates" ||
           name == "datetimes" || name == "in_bulk" || name == "union" || name.empty();
  });
}

static bool is_query_method(std::string_view name) {
  constexpr std::array known = {std::string_view("all"),
                                std::string_view("filter"),
                                std::string_view("exclude"),
                                std::string_view("annotate"),
                                std::string_view("alias"),
                                std::string_view("order_by"),
                                std::string_view("reverse"),
                                std::string_view("distinct"),
                                std::string_view("values"),
                                std::string_view("values_list"),
                                std::string_view("dates"),
                                std::string_view("datetimes"),
                                std::string_view("none"),
                                std::string_view("union"),
                                std::string_view("intersection"),
                                std::string_view("difference"),
                                std::string_view("select_related"),
                                std::string_view("prefetch_related"),
                                std::string_view("extra"),
                                std::string_view("defer"),
                                std::string_view("only"),
                                std::string_view("using"),
                                std::string_view("select_for_update"),
                                std::string_view("raw"),
                                std::string_view("get"),
                                std::string_view("create"),
                                std::string_view("get_or_create"),
                                std::string_view("bulk_create"),
                                std::string_view("update_or_create"),
                                std::string_view("bulk_update"),
                                std::string_view("count"),
                                std::string_view("in_bulk"),
                                std::string_view("iterator"),
                                std::string_view("latest"),
                                std::string_view("earliest"),
                                std::string_view("first"),
                                std::string_view("last"),
                                std::string_view("aggregate"),
                                std::string_view("exists"),
                                std::string_view("contains"),
                                std::string_view("update"),
                                std::string_view("delete"),
                                std::string_view("explain"),
                                std::string_view("get_queryset"),
                                std::string_view("db_manager"),
                                std::string_view("complex_filter"),
                                std::string_view("as_manager"),
                                std::string_view("check"),
                                std::string_view("from_queryset"),
                                std::string_view("deconstruct"),
                                std::string_view("contribute_to_class")};
  if (name.starts_with("_")) return true;
  const bool plain = std::find(known.begin(), known.end(), name) != known.end();
  return plain || (name.starts_with("a") && std::find(known.begin(), known.end(), name.substr(1)) != known.end());
}

static void say(const OperationView& view, Reporter& reporter, Location location, const std::string& what,
                const std::string& name, const std::string& model) {
  report_python(
      view, reporter, location,
      "historical models have no " + what + ": " + ticked(name) + " of " + ticked(model) + " does not exist here",
      "write what it does into the migration", "method." + name);
}

// The loop whose variable leads the chain.
static const django::PythonLoop* loop_of(const django::PythonBody& body, std::size_t loop,
                                         const std::string& variable) {
  const django::PythonLoop* found = nullptr;
  for (; loop != django::PythonCall::no_loop; loop = body.loops[loop].outer)
    for (const std::string& target : body.loops[loop].targets)
      if (target == variable) found = &body.loops[loop];
  return found;
}

// row.method() on the variable of a loop over a historical model; fields are no calls, so a call is a method.
static void check_calls(const OperationView& view, Reporter& reporter, const django::PythonBody& body) {
  for (const django::PythonCall& call : body.calls) {
    if (call.outermost() == nullptr || is_django_method(call.last())) continue;
    const std::string method = call.path.back() + "()";
    if (const std::string model = model_of_row(body, call); !model.empty()) {
      say(view, reporter, call.location, "methods", method, model);
      continue;
    }
    if (call.path.size() != 2) continue;
    const django::PythonLoop* found = loop_of(body, call.loop, call.path.front());
    if (found == nullptr) continue;
    const std::vector<std::string>& path = found->from;
    if (path.size() < 2 || body.model(path.front()) == nullptr || path[1] != "objects") continue;
    // What comes behind one row, or as bare values, is no row of the model.
    if (std::any_of(path.begin(), path.end(), [](const std::string& name) {
          return name == "values" || name == "values_list" || gives_one_row(name);
        }))
      continue;
    say(view, reporter, call.location, "methods", method, body.model(path.front())->model);
  }
}

// Order.objects.unpaid(), Order.published.all(): managers of models.py, unless the state keeps them
// (`use_in_migrations`).
static void check_managers(const OperationView& view, Reporter& reporter, const django::PythonBody& body) {
  for (const django::PythonCall& call : body.calls) {
    const django::PythonModel* model = call.from.size() < 3 ? nullptr : body.model(call.from.front());
    const django::ModelPtr state = model == nullptr ? nullptr : state_of(view, *model);
    if (state == nullptr || state->managers != nullptr) continue;
    if (call.from[1] == "objects" && !is_query_method(call.from[2])) {
      say(view, reporter, call.location, "managers", "objects." + call.from[2] + "()", model->model);
    } else if (call.from.size() > 3 && is_query_method(call.from[2]) && !has_attribute(view, *state, call.from[1]) &&
               std::find(body.assigned.begin(), body.assigned.end(), call.from[1]) == body.assigned.end()) {
      say(view, reporter, call.location, "managers", call.from[1], model->model);
    }
  }
}

// What list(rows) and its like give are rows; what a function of the project makes of them is not known.
static bool gives_rows(const django::PythonLoop& loop) {
  constexpr std::array known = {std::string_view("list"),     std::string_view("tuple"), std::string_view("sorted"),
                                std::string_view("reversed"), std::string_view("set"),   std::string_view("iter")};
  return loop.iterable.empty() || loop.iterable.find('.') != std::string::npos || loop.path.size() == 1 ||
         std::find(known.begin(), known.end(), loop.iterable) != known.end();
}

// row.is_paid, where the state has no such field: a property of models.py.
static void check_reads(const OperationView& view, Reporter& reporter, const django::PythonBody& body) {
  if (std::any_of(body.calls.begin(), body.calls.end(),
                  [](const django::PythonCall& call) { return call.last() == "setattr"; }))
    return;
  for (const django::PythonRead& read : body.reads) {
    if (read.path.size() != 2 ||
        std::find(body.assigned.begin(), body.assigned.end(), read.path[1]) != body.assigned.end())
      continue;
    const django::PythonLoop* loop = loop_of(body, read.loop, read.path.front());
    std::vector<std::string> from(read.from.begin(), read.from.end() - 1);
    if (loop != nullptr) {
      if (loop->targets.size() != 1 || !gives_rows(*loop)) continue;
      from = loop->from;
    } else if (from.empty() || !gives_one_row(from.back())) {
      continue;
    }
    const bool one_row_only = loop != nullptr && std::any_of(from.begin(), from.end(), gives_one_row);
    const django::PythonModel* model = from.size() < 2 || from[1] != "objects" ? nullptr : body.model(from.front());
    const bool manager = from.size() > 2 && !is_query_method(from[2]);
    if (model == nullptr || manager || one_row_only || adds_values(from)) continue;
    const django::ModelPtr state = state_of(view, *model);
    if (state == nullptr || has_attribute(view, *state, read.path[1])) continue;
    say(view, reporter, read.location, "properties", read.path[1], model->model);
  }
}

static void check(const OperationView& view, Reporter& reporter) {
  const django::PythonBody* body = python_body(view);
  if (body == nullptr) return;
  check_calls(view, reporter, *body);
  check_managers(view, reporter, *body);
  check_reads(view, reporter, *body);
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
             .silent_when =
                 "Django itself has it, the state keeps the manager (`use_in_migrations`), or the fields of the model "
                 "are not all known."},
    .on_operation = of_historical_model_method::check,
};

}  // namespace mlint::rules
