#include "analyzer/django/own_operation.h"

#include <algorithm>
#include <array>
#include <memory>

#include "analyzer/django/method_result.h"
#include "analyzer/django/python_chain.h"
#include "analyzer/django/python_step.h"

namespace mlint::django {
namespace {

bool mentions(const py::Value& value, const std::string& name, int depth = 0) {
  if (depth > 50) return true;
  if (const auto* one = value.as<py::Name>()) return one->dotted == name;
  bool found = false;
  const auto look = [&](const py::Value& part) { found = found || mentions(part, name, depth + 1); };
  if (const auto* call = value.as<py::Call>()) {
    for (const py::Value& argument : call->arguments) look(argument);
    for (const py::Keyword& keyword : call->keywords) look(*keyword.value);
  } else {
    each_child(value, look);
  }
  return found;
}

// Nothing but reads, constant SQL and what the models do.
bool is_followed(const PythonBody& body, std::string_view self) {
  const bool constant =
      std::all_of(body.sql.begin(), body.sql.end(), [](const PythonSql& sql) { return sql.constant; });
  return constant && std::none_of(body.calls.begin(), body.calls.end(), [&](const PythonCall& call) {
           if (call.last() == "database_forwards" || call.last() == "database_backwards") return true;
           if (call.has("super") || (call.path.size() == 2 && call.path.front() == self)) return true;
           if (call.from.size() == 2 && call.from.front() == body.schema_editor && call.last() != "execute" &&
               call.last() != "quote_name" && call.last() != "quote_value")
             return true;
           return std::any_of(call.calls.begin(), call.calls.end(), [&](const py::Call* one) {
             py::Value made;
             if (one == nullptr) return false;
             const auto hands_on = [&](const py::Value& value) { return mentions(value, body.schema_editor); };
             return std::any_of(one->arguments.begin(), one->arguments.end(), hands_on) ||
                    std::any_of(one->keywords.begin(), one->keywords.end(),
                                [&](const py::Keyword& keyword) { return hands_on(*keyword.value); });
           });
         });
}

bool only_reads(const PythonBody& body) {
  static constexpr std::array<std::string_view, 14> writing = {
      "create", "bulk_create", "get_or_create", "update_or_create", "save",  "update",      "bulk_update",
      "delete", "add",         "set",           "remove",           "clear", "executemany", "execute"};
  return std::none_of(body.calls.begin(), body.calls.end(), [](const PythonCall& call) {
    return std::find(writing.begin(), writing.end(), call.last()) != writing.end();
  });
}

}  // namespace

bool does_nothing(const py::Function& method, const Found<py::Class>& of, const ReadContext& context) {
  const auto text = text_of(of.dotted, context);
  const auto body = body_in_call({}, {&method, of.module, of.dotted}, true, context);
  return text && body &&
         std::all_of(body->statements.begin(), body->statements.end(), [&](const py::Statement& statement) {
           const Span span = statement.span;
           const bool returns = statement.kind == py::Statement::Kind::return_ && statement.values.empty();
           return is_text(statement) || returns ||
                  std::string_view(text->second).substr(span.begin, span.end - span.begin) == "pass";
         });
}

void read_own_operation(ModelOperation& operation, const Found<py::Class>& of, const ReadContext& context) {
  const py::Function* in_state = of.found->function("state_forwards");
  const py::Function* forwards = of.found->function("database_forwards");
  const auto text = text_of(of.dotted, context);
  if (in_state == nullptr || forwards == nullptr || !text || text->second.size() < forwards->span.end) return;
  if (forwards->parameters.size() < 3 || !does_nothing(*in_state, of, context)) return;
  PythonBody body = read_inner_body(*of.module, text->first, text->second, *forwards, 1, {});
  if (!is_followed(body, forwards->parameters[0].name)) return;
  operation.known_as = "RunPython";
  operation.unknown_reason.clear();
  operation.evaluated = true;
  const py::Value* reversible = of.found->find("reversible");
  const auto* flag = reversible == nullptr ? nullptr : reversible->as<py::Boolean>();
  operation.reversible = flag == nullptr || flag->value;
  auto kept = std::make_shared<PythonBody>(std::move(body));
  read_executed(*kept, context, operation);
  // Of another module only that nothing is written can be said here.
  if (of.dotted.empty() || only_reads(*kept)) operation.python = std::move(kept);
}

}  // namespace mlint::django
