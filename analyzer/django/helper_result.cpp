#include "analyzer/django/helper_result.h"

#include <algorithm>
#include <set>
#include <span>

#include "analyzer/django/method_result.h"
#include "analyzer/django/python_chain.h"
#include "parsers/python/constant.h"

namespace mlint::django {
namespace {

using Statements = std::span<py::Statement>;

// The part of an `if` that runs; nothing: it depends on what is not constant.
std::optional<Statements> taken_part(py::Statement& statement, std::string_view source) {
  const auto taken = statement.values.size() == 1 ? py::truth(statement.values[0]) : std::nullopt;
  if (!taken) return std::nullopt;
  const std::size_t otherwise = else_of(statement, source);
  const Statements body(statement.body);
  return *taken ? body.first(otherwise) : body.subspan(otherwise);
}

enum class Walk : std::uint8_t { goes_on, returns, unknown };

// Looks for the one value that statements return.
Walk find_return(Statements statements, std::string_view source, py::Value*& value) {
  using Kind = py::Statement::Kind;
  for (py::Statement& statement : statements) {
    if (statement.kind == Kind::return_) {
      if (statement.values.size() != 1) return Walk::unknown;
      value = statement.values.data();
      return Walk::returns;
    }
    if (statement.kind == Kind::if_) {
      const auto part = taken_part(statement, source);
      const Walk inside = part ? find_return(*part, source, value) : Walk::unknown;
      if (inside != Walk::goes_on) return inside;
      continue;
    }
    const bool plain =
        statement.kind == Kind::assign || statement.kind == Kind::import || statement.kind == Kind::expression;
    if (!plain) return Walk::unknown;
  }
  return Walk::goes_on;
}

bool binds(const py::Statement& statement, std::string_view name) {
  return std::any_of(statement.targets.begin(), statement.targets.end(),
                     [&](const py::Value& target) { return py::dotted_name(target) == name; }) ||
         std::any_of(statement.body.begin(), statement.body.end(),
                     [&](const py::Statement& inner) { return binds(inner, name); });
}

// The one value that a variable ever has, where nothing in the function's text may change it; null: there is none.
py::Value* only_value(Statements statements, std::string_view name, std::string_view text) {
  for (const std::string_view changes : {".", "[", " +=", "+="})
    if (text.find(std::string(name).append(changes)) != std::string_view::npos) return nullptr;
  py::Value* found = nullptr;
  for (py::Statement& statement : statements) {
    if (!binds(statement, name)) continue;
    const bool plain = statement.kind == py::Statement::Kind::assign && statement.targets.size() == 1 &&
                       statement.targets[0].is<py::Name>() && statement.values.size() == 1;
    if (!plain || found != nullptr) return nullptr;
    found = statement.values.data();
  }
  return found;
}

// What an `__init__` makes of its `**kwargs` before it hands them on.
class Keywords {
 public:
  Keywords(std::string_view name, std::string_view source) : name_(name), source_(source) {}

  // False: something is done to them that is not read.
  bool read(Statements statements) {
    return std::all_of(statements.begin(), statements.end(), [&](py::Statement& statement) { return one(statement); });
  }

  std::set<std::string> kept;  // taken out
  std::vector<std::pair<std::string, py::Value>> given, defaults;

 private:
  bool one(py::Statement& statement) {
    using Kind = py::Statement::Kind;
    if (name_.empty()) return true;
    if (statement.kind == Kind::if_) {
      if (const auto part = taken_part(statement, source_)) return read(*part);
      const bool raises = statement.body.size() == 1 && statement.body[0].kind == Kind::raise;
      if (raises) return true;
    }
    if (statement.kind == Kind::other && mentions(statement.span)) return false;
    if (!statement.body.empty() && mentions(statement.span)) return false;
    for (const py::Value& target : statement.targets) {
      const auto* item = target.as<py::Subscript>();
      if (item == nullptr || py::dotted_name(*item->base) != name_) continue;
      const auto* key = item->index->as<py::String>();
      if (key == nullptr || statement.values.size() != 1 || !py::is_constant(statement.values[0])) return false;
      given.emplace_back(key->text, statement.values[0].clone());
    }
    return std::all_of(statement.values.begin(), statement.values.end(),
                       [&](const py::Value& value) { return harmless(value, 0); });
  }

  bool mentions(Span span) const {
    return span.end > source_.size() ||
           source_.substr(span.begin, span.end - span.begin).find(name_) != std::string_view::npos;
  }

  bool harmless(const py::Value& value, int depth) {
    if (depth > 30) return false;
    if (value.is<py::Name>()) return value.as<py::Name>()->dotted != name_;
    if (const auto* call = value.as<py::Call>()) return harmless_call(*call, depth);
    if (const auto* compared = value.as<py::Binary>(); compared != nullptr &&
                                                       (compared->op == "in" || compared->op == "not in") &&
                                                       py::dotted_name(*compared->right) == name_)
      return harmless(*compared->left, depth + 1);
    if (const auto* item = value.as<py::Subscript>(); item != nullptr && py::dotted_name(*item->base) == name_)
      return true;
    bool all = true;
    each_child(value, [&](const py::Value& child) { all = all && harmless(child, depth + 1); });
    return all;
  }

  bool harmless_call(const py::Call& call, int depth) {
    const auto* method = call.callee->as<py::Name>();
    const std::string_view dotted = method != nullptr ? std::string_view(method->dotted) : std::string_view();
    if (dotted.starts_with(name_) && dotted.substr(name_.size()).starts_with('.')) {
      const std::string_view last = dotted.substr(name_.size() + 1);
      const auto* key = call.arguments.empty() ? nullptr : call.arguments[0].as<py::String>();
      if (key == nullptr) return false;
      if (last == "get") return true;
      if (last == "pop") {
        kept.insert(key->text);
        return true;
      }
      if (last != "setdefault" || call.arguments.size() != 2 || !py::is_constant(call.arguments[1])) return false;
      defaults.emplace_back(key->text, call.arguments[1].clone());
      return true;
    }
    const bool hands_on = is_base_init(call);
    return std::all_of(call.arguments.begin(), call.arguments.end(),
                       [&](const py::Value& argument) { return harmless(argument, depth + 1); }) &&
           std::all_of(call.keywords.begin(), call.keywords.end(), [&](const py::Keyword& keyword) {
             return (hands_on && keyword.name.empty()) || harmless(*keyword.value, depth + 1);
           });
  }

 public:
  static bool is_base_init(const py::Call& call) {
    const auto* callee = call.callee->as<py::Attribute>();
    return callee != nullptr && callee->name == "__init__" && py::dotted_name(*callee->base) == "super";
  }

 private:
  std::string_view name_, source_;
};

py::Call* base_init(Statements statements, std::string_view source) {
  for (py::Statement& statement : statements) {
    if (statement.kind == py::Statement::Kind::if_) {
      const auto part = taken_part(statement, source);
      if (py::Call* inside = part ? base_init(*part, source) : nullptr) return inside;
    }
    if (statement.kind != py::Statement::Kind::expression || statement.values.size() != 1) continue;
    auto* call = std::get_if<py::Call>(&statement.values[0].kind);
    if (call != nullptr && Keywords::is_base_init(*call)) return call;
  }
  return nullptr;
}

bool has(const std::vector<py::Keyword>& keywords, std::string_view name) {
  return std::any_of(keywords.begin(), keywords.end(), [&](const auto& keyword) { return keyword.name == name; });
}

py::Keyword keyword(std::string name, const py::Value& value) {
  return {std::move(name), std::make_unique<py::Value>(value.clone())};
}

// Puts what the call says in the places of `*args` and `**kwargs`. False: nobody can say what they hold.
bool expand(py::Call& inner, const py::Call& call, const py::Function& init, Keywords& changes) {
  std::size_t positional = 0;
  std::string_view rest, keywords;
  for (std::size_t i = 1; i < init.parameters.size(); ++i) {
    const std::string_view name = init.parameters[i].name;
    if (name.starts_with("**")) {
      keywords = name.substr(2);
    } else if (name.starts_with('*')) {
      rest = name.substr(1);
    } else if (rest.empty()) {
      ++positional;
    }
  }
  const auto is_parameter = [&](std::string_view name) {
    return std::any_of(init.parameters.begin() + 1, init.parameters.end(),
                       [&](const py::Parameter& parameter) { return parameter.name == name; });
  };
  py::Values arguments;
  for (py::Value& argument : inner.arguments) {
    const auto* starred = argument.as<py::Starred>();
    if (starred == nullptr) {
      arguments.push_back(std::move(argument));
      continue;
    }
    if (rest.empty() || py::dotted_name(*starred->value) != rest) return false;
    for (std::size_t i = positional; i < call.arguments.size(); ++i) arguments.push_back(call.arguments[i].clone());
  }
  std::vector<py::Keyword> named;
  bool hands_on = false;
  for (py::Keyword& given : inner.keywords) {
    if (!given.name.empty()) {
      named.push_back(std::move(given));
      continue;
    }
    if (keywords.empty() || py::dotted_name(*given.value) != keywords) return false;
    hands_on = true;
  }
  inner.arguments = std::move(arguments);
  inner.keywords = std::move(named);
  if (!hands_on) return true;
  for (const auto& [name, value] : changes.given)
    if (!has(inner.keywords, name)) inner.keywords.push_back(keyword(name, value));
  for (const py::Keyword& given : call.keywords) {
    const bool taken = is_parameter(given.name) || changes.kept.contains(given.name) || has(inner.keywords, given.name);
    if (!taken) inner.keywords.push_back(keyword(given.name, *given.value));
  }
  for (const auto& [name, value] : changes.defaults)
    if (!has(inner.keywords, name)) inner.keywords.push_back(keyword(name, value));
  return true;
}

bool is_plain(const py::Call& call) {
  return std::none_of(call.arguments.begin(), call.arguments.end(),
                      [](const py::Value& argument) { return argument.is<py::Starred>(); }) &&
         !has(call.keywords, "");
}

}  // namespace

std::optional<py::Value> returned(const py::Call& call, const ReadContext& context) {
  const auto* callee = call.callee->as<py::Name>();
  if (callee == nullptr) return std::nullopt;
  const auto function = find_function(callee->dotted, context);
  if (function.found == nullptr) return std::nullopt;
  auto body = body_in_call(call, function, false, context, nullptr, true);
  const auto source = text_of(function.dotted, context);
  py::Value* value = nullptr;
  if (!body || !source || find_return(body->statements, source->second, value) != Walk::returns) return std::nullopt;
  if (const auto* local = value->as<py::Name>(); local != nullptr && local->dotted.find('.') == std::string::npos) {
    const Span span = function.found->span;
    const auto text = std::string_view(source->second).substr(span.begin, span.end - span.begin);
    if (py::Value* given = only_value(body->statements, local->dotted, text)) return std::move(*given);
  }
  return std::move(*value);
}

std::optional<py::Value> arguments_for_base(const py::Call& call, const Found<py::Class>& of,
                                            const ReadContext& context) {
  const auto* init = of.found->function("__init__");
  if (init == nullptr || init->parameters.empty()) return std::nullopt;
  auto body = body_in_call(call, {init, of.module, of.dotted}, true, context, nullptr, true);
  const auto source = text_of(of.dotted, context);
  if (!body || !source) return std::nullopt;
  py::Call* inner = base_init(body->statements, source->second);
  if (inner == nullptr) return std::nullopt;
  if (!is_plain(*inner)) {
    std::string_view name;
    for (const py::Parameter& parameter : init->parameters)
      if (parameter.name.starts_with("**")) name = std::string_view(parameter.name).substr(2);
    Keywords changes(name, source->second);
    if (!is_plain(call) || !changes.read(body->statements) || !expand(*inner, call, *init, changes))
      return std::nullopt;
  }
  py::Value made;
  made.kind = std::move(*inner);
  return made;
}

}  // namespace mlint::django
