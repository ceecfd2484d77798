#include "analyzer/django/python_step.h"

#include <algorithm>
#include <set>

#include "analyzer/django/project_lookup.h"
#include "parsers/python/body.h"

namespace mlint::django {
namespace {

// `schema_editor.remove_field(…)` and its like: the models of the state do not tell what that does.
void note_schema_calls(const PythonBody& body, ModelOperation& operation) {
  constexpr std::string_view starts[] = {"create_model", "delete_model", "add_", "remove_", "alter_", "rename_"};
  for (const PythonCall& call : body.calls) {
    if (call.from.size() != 2 || call.from.front() != body.schema_editor || call.outermost() == nullptr) continue;
    const bool changes = std::any_of(std::begin(starts), std::end(starts),
                                     [&](std::string_view start) { return call.last().starts_with(start); });
    if (!changes) continue;
    operation.note = "`" + body.schema_editor + "." + std::string(call.last()) + "()` is called in Python";
    operation.unknown_reason = operation.note;
    operation.evaluated = false;
  }
}

// Of a function in another module of the project only the SQL is read: what it does to rows stays unknown.
void read_elsewhere(const PythonTarget& target, const ReadContext& context, ModelOperation& operation) {
  if (target.name.find('.') == std::string_view::npos || !context.files.module) return;
  const Found<py::Function> elsewhere = find_function(target.name, context);
  if (elsewhere.found == nullptr) return;
  const auto text = text_of(elsewhere.dotted, context);
  if (!text || text->second.size() < elsewhere.found->span.end) return;
  const PythonBody body =
      read_python_body(*elsewhere.module, text->first, text->second, {elsewhere.found->name, target.bound});
  read_executed(body, context, operation);
  note_schema_calls(body, operation);
}

void take_body(PythonBody body, bool own, const ReadContext& context, ModelOperation& operation) {
  auto kept = std::make_shared<PythonBody>(std::move(body));
  read_executed(*kept, context, operation);
  note_schema_calls(*kept, operation);
  if (own) operation.python = std::move(kept);
}

bool returns(const std::vector<py::Statement>& statements) {
  return std::any_of(statements.begin(), statements.end(), [](const py::Statement& statement) {
    return statement.kind == py::Statement::Kind::return_ || returns(statement.body);
  });
}

// RunPython(rename("old", "new")): a function that another one returns, which stands in it.
bool read_returned(const py::Call& call, const ReadContext& context, ModelOperation& operation) {
  const Found<py::Function> factory = find_function(py::dotted_name(*call.callee), context);
  const auto text = factory.found == nullptr ? std::nullopt : text_of(factory.dotted, context);
  auto body = text ? body_in_call(call, factory, false, context, nullptr, true) : std::nullopt;
  if (!body || body->statements.empty()) return false;
  const py::Statement last = std::move(body->statements.back());
  body->statements.pop_back();
  if (returns(body->statements)) return false;  // it may be another one
  const auto* name = last.values.size() == 1 ? last.values[0].as<py::Name>() : nullptr;
  if (last.kind != py::Statement::Kind::return_ || name == nullptr) return false;
  py::ParseOptions options;
  options.file = text->first;
  const auto inside = py::read_functions_inside(text->second, *factory.module, factory.found->span, options);
  const auto found =
      std::find_if(inside.begin(), inside.end(), [&](const py::Function& it) { return it.name == name->dotted; });
  if (found == inside.end()) return false;
  take_body(read_inner_body(*factory.module, text->first, text->second, *found, 0, bound_in(call, *factory.found)),
            factory.dotted.empty(), context, operation);
  return true;
}

// RunPython(Rename("old", "new")): an object that is called.
bool read_callable(const py::Call& call, const ReadContext& context, ModelOperation& operation) {
  const Found<py::Class> made = find_class(py::dotted_name(*call.callee), context);
  const py::Function* function = made.found == nullptr ? nullptr : made.found->function("__call__");
  const auto text = function == nullptr ? std::nullopt : text_of(made.dotted, context);
  if (!text || text->second.size() < function->span.end) return false;
  take_body(read_inner_body(*made.module, text->first, text->second, *function, 1, {}), made.dotted.empty(), context,
            operation);
  return true;
}

bool read_made(const py::Value& code, const ReadContext& context, ModelOperation& operation) {
  const auto* call = code.as<py::Call>();
  if (call == nullptr || py::dotted_name(code).empty()) return false;
  return read_returned(*call, context, operation) || read_callable(*call, context, operation);
}

}  // namespace

void read_executed(const PythonBody& body, const ReadContext& context, ModelOperation& operation) {
  std::set<const py::Call*> taken;  // a helper that is called several times stands there as often
  for (const PythonCall& call : body.calls) {
    const bool executes = call.last() == "execute" || call.last() == "executemany";
    const py::Call* made = executes ? call.outermost() : nullptr;
    const py::Value* sql = made == nullptr ? nullptr : sql_argument(*made);
    if (sql == nullptr || !sql->is<py::String>()) continue;
    const std::size_t index = taken.size();
    if (!taken.insert(made).second) continue;
    py::Tuple asked;
    asked.items.push_back(sql->clone());
    if (made->arguments.size() > 1) asked.items.push_back(made->arguments[1].clone());
    const std::string place = "code.sql[" + std::to_string(index) + "]";
    bool noop = false;
    if (asked.items.size() == 1) {
      read_sql(asked.items.front(), place, context, operation.sql, noop);
    } else {
      py::List pairs;
      py::Value pair;
      pair.kind = std::move(asked);
      pairs.items.push_back(std::move(pair));
      py::Value list;
      list.kind = std::move(pairs);
      read_sql(list, place, context, operation.sql, noop);
    }
  }
}

void read_python_step(ModelOperation& operation, const ReadContext& context) {
  const py::Value* code = operation.argument("code");
  if (code == nullptr) return;
  const PythonTarget target = python_target(*code);
  const py::Function* function = find_python_function(context.module, target.name);
  const bool lambda = code->is<py::Lambda>() && code->source.file == context.file;
  if (function == nullptr && !lambda) {
    const bool elsewhere = !target.name.empty() || code->is<py::Lambda>();
    if (!elsewhere && read_made(*code, context, operation)) return;
    if (!elsewhere && operation.unknown_reason.empty())
      operation.unknown_reason = "which function it runs is not known";
    return read_elsewhere(target, context, operation);
  }
  auto body = std::make_shared<PythonBody>(
      lambda ? read_python_lambda(context.module, context.file, context.source, code->source.span)
             : read_python_body(context.module, context.file, context.source, target));
  read_executed(*body, context, operation);
  note_schema_calls(*body, operation);
  operation.python = std::move(body);
}

}  // namespace mlint::django
