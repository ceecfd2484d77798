#include "analyzer/django/class_reader.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>
#include <utility>

#include "analyzer/django/field_classes.h"
#include "analyzer/django/fields.h"
#include "analyzer/django/method_result.h"
#include "analyzer/django/project_lookup.h"
#include "analyzer/django/python_chain.h"
#include "parsers/python/constant.h"

namespace mlint::django {

bool is_known_class(std::string_view dotted) {
  return dotted.starts_with("django.") || field_class(canonical_field_path(dotted), Version{5, 0}).has_value();
}

namespace {

constexpr int longest_chain = 8;  // of classes and mixins
constexpr int depth_limit = 30;   // of calls in calls

std::optional<py::Body> body_of(const Found<py::Class>& of, std::string_view method, const ReadContext& context,
                                const py::Call& call = {}) {
  const py::Function* function = of.found->function(method);
  if (function == nullptr) return std::nullopt;
  return body_in_call(call, {function, of.module, of.dotted}, true, context);
}

// Bases that no column and no index depends on.
bool says_nothing(std::string_view name) {
  return name == "object" || name == "Generic" || name == "Protocol" || name == "ABC";
}

// kwargs.get("name", …), kwargs.pop("name", …), where `keywords` is the name behind `**`.
const py::Call* asked_of(std::string_view keywords, const py::Value& value) {
  const auto* call = value.as<py::Call>();
  if (call == nullptr || call->arguments.empty() || !call->arguments[0].is<py::String>()) return nullptr;
  std::string_view method = py::dotted_name(value);
  if (keywords.empty() || !method.starts_with(keywords)) return nullptr;
  method.remove_prefix(keywords.size());
  return method == ".get" || method == ".pop" ? call : nullptr;
}

py::Value value_of(py::Kind kind) {
  py::Value value;
  value.kind = std::move(kind);
  return value;
}

class Reader {
 public:
  // `call`: what the migration writes; null: whatever it is.
  Reader(ProjectClass& out, const ReadContext& context, const py::Call* call)
      : out_(out), context_(context), call_(call) {}

  // True when the class leads to one that is known.
  bool follow(const std::string& name, int steps) {
    if (is_known_class(name)) {
      if (out_.base.empty()) out_.base = canonical_field_path(name);
      return true;
    }
    if (steps >= longest_chain) return false;
    const auto found = find_class(name, context_);
    if (found.found == nullptr) {
      // A module of the project hands a package's class on.
      if (found.dotted != name && is_known_class(found.dotted) && follow(found.dotted, steps + 1)) return true;
      if (!says_nothing(last_part(name))) out_.own_index = true;  // nobody sees what it makes of an index
      return false;
    }
    read_type(found);
    read_conversion(found);
    read_init(found);
    read_function(*found.found);
    read_index(found);
    // A mixin of the project may say something too, wherever the column comes from.
    bool known = false;
    for (const py::Value& base : found.found->bases) {
      const std::string dotted(base_name(base));
      if (dotted.empty()) {
        out_.own_index = true;
        continue;
      }
      known = follow(seen_from_migration(dotted, found.dotted, context_), steps + 1) || known;
    }
    return known;
  }

 private:
  void unread(std::string what) {
    if (out_.reason.empty()) out_.reason = "`" + std::string(last_part(out_.dotted)) + "` " + std::move(what);
  }

  void read_type(const Found<py::Class>& of) {
    if (const auto body = body_of(of, "db_type", context_); body && out_.db_type.empty()) {
      const auto type = returned_text(body->statements);
      if (type) {
        out_.db_type = *type;
      } else {
        unread("decides its type when it runs");
      }
    }
    if (const auto body = body_of(of, "get_internal_type", context_); body && out_.base.empty()) {
      const auto type = returned_text(body->statements);
      if (type) {
        out_.base = "django.db.models." + *type;
      } else {
        unread("decides its type when it runs");
      }
    }
    if (of.found->function("db_parameters") != nullptr) unread("decides its type when it runs");
    const auto body = body_of(of, "contribute_to_class", context_);
    if (!body) return;
    for (const py::Statement& statement : body->statements) {
      for (const py::Value& value : statement.values) {
        if (const auto* call = value.as<py::Call>()) {
          const auto* method = call->callee->as<py::Attribute>();
          const bool adds = py::dotted_name(value).ends_with(".add_to_class") ||
                            (method != nullptr && method->name == "add_to_class");
          if (adds) out_.adds_columns = true;
        }
      }
    }
  }

  void read_conversion(const Found<py::Class>& of) {
    for (const std::string_view method : converters) {
      const py::Function* function = of.found->function(method);
      if (function == nullptr) continue;
      if (out_.converter.empty()) out_.converter = std::string(last_part(out_.dotted)).append(".").append(method);
      py::Call with_none;
      with_none.arguments.emplace_back();
      const auto body = body_in_call(with_none, {function, of.module, of.dotted}, true, context_, &base_answer);
      const auto source = text_of(of.dotted, context_);
      const auto& parameters = function->parameters;
      const std::string_view none = parameters.size() > 1 ? std::string_view(parameters[1].name) : std::string_view();
      OfNone made = OfNone::unsure;
      if (body && source) made = returned_of_none(body->statements, source->second, none).value_or(OfNone::none);
      if (out_.of_none == OfNone::none) out_.of_none = made;
    }
  }

  bool has(std::string_view name) const {
    const auto named = [&](const auto& argument) { return argument.first == name; };
    return std::any_of(out_.given.begin(), out_.given.end(), named) ||
           std::any_of(out_.defaults.begin(), out_.defaults.end(), named);
  }

  void read_init(const Found<py::Class>& of) {
    const py::Function* init = of.found->function("__init__");
    if (init == nullptr) return;
    if (out_.parameters.empty()) {
      for (std::size_t i = 1; i < init->parameters.size(); ++i) out_.parameters.push_back(init->parameters[i].name);
    }
    // A class further down is given what those above it make of the call.
    first_ = !std::exchange(above_, true);
    const bool called = first_ && call_ != nullptr;
    const auto source = text_of(of.dotted, context_);
    const py::Call unknown_call;
    const py::Call& call = called ? *call_ : unknown_call;
    auto body = body_in_call(call, {init, of.module, of.dotted}, true, context_, nullptr, called);
    if (!body || !source) return unread("has arguments that could not be read");
    values_.clear();
    keywords_.clear();
    text_ = source->second;
    for (const py::Parameter& parameter : init->parameters)
      if (parameter.name.starts_with("**")) keywords_ = parameter.name.substr(2);
    read_statements(body->statements, false);
  }

  void read_statements(std::span<const py::Statement> statements, bool in_doubt) {
    for (const py::Statement& statement : statements) {
      const bool one = statement.values.size() == 1;
      const auto taken =
          statement.kind == py::Statement::Kind::if_ && one ? py::truth(statement.values[0]) : std::nullopt;
      const auto body = std::span<const py::Statement>(statement.body);
      if (taken) {
        const std::size_t otherwise = else_of(statement, text_);
        read_statements(*taken ? body.first(otherwise) : body.subspan(otherwise), in_doubt);
        continue;
      }
      read_statements(body, true);
      for (const py::Value& value : statement.values) note_kept(value, in_doubt, 0);
      if (!one) continue;
      if (statement.kind == py::Statement::Kind::assign) {
        for (const py::Value& target : statement.targets) take_item(target, statement.values[0], in_doubt);
      } else if (statement.kind == py::Statement::Kind::expression) {
        if (const auto* call = statement.values[0].as<py::Call>()) take_call(*call, in_doubt);
      }
    }
  }

  // kwargs.pop("name", …): the base is not given it.
  void note_kept(const py::Value& value, bool in_doubt, int depth) {
    if (depth > depth_limit) return;
    if (const py::Call* asked = asked_of(keywords_, value); asked != nullptr && asked->callee->is<py::Name>()) {
      const std::string& name = asked->arguments[0].as<py::String>()->text;
      if (py::dotted_name(value).ends_with(".get")) return;
      if (in_doubt) {
        take(out_.given, name, value, true);
      } else {
        out_.kept.push_back(name);
      }
      return;
    }
    if (const auto* call = value.as<py::Call>()) {
      for (const py::Value& argument : call->arguments) note_kept(argument, in_doubt, depth + 1);
      for (const py::Keyword& keyword : call->keywords) note_kept(*keyword.value, in_doubt, depth + 1);
      return;
    }
    each_child(value, [&](const py::Value& child) { note_kept(child, in_doubt, depth + 1); });
  }

  // self.size = size, size = kwargs.get("size"), kwargs["max_length"] = 40
  void take_item(const py::Value& target, const py::Value& value, bool in_doubt) {
    if (target.is<py::Name>()) {
      const auto known = in_doubt ? std::nullopt : constant(value);
      py::Value unknown = value_of(py::Unknown{});
      values_.insert_or_assign(std::string(py::dotted_name(target)), known ? known->clone() : std::move(unknown));
    }
    const auto* item = target.as<py::Subscript>();
    const auto* name = item != nullptr ? item->index->as<py::String>() : nullptr;
    if (name == nullptr || has(name->text)) return;
    // kwargs["max_length"] = kwargs.get("max_length", 40)
    const py::Call* asked = asked_of(keywords_, value);
    if (asked != nullptr && asked->arguments.size() == 2 && asked->arguments[0].as<py::String>()->text == name->text) {
      return take(out_.defaults, name->text, asked->arguments[1], in_doubt);
    }
    take(out_.given, name->text, value, in_doubt);
  }

  // kwargs.setdefault("max_length", 40), super().__init__(*args, max_length=40, **kwargs)
  void take_call(const py::Call& call, bool in_doubt) {
    const auto* method = call.callee->as<py::Attribute>();
    const auto* name = call.callee->as<py::Name>();
    const std::string_view last = method != nullptr ? std::string_view(method->name)
                                  : name != nullptr ? last_part(name->dotted)
                                                    : std::string_view();
    if (last == "setdefault" && call.arguments.size() == 2) {
      const auto* key = call.arguments[0].as<py::String>();
      if (key != nullptr && !has(key->text)) take(out_.defaults, key->text, call.arguments[1], in_doubt);
    }
    if (last != "__init__") return;
    const bool hands_on = std::any_of(call.keywords.begin(), call.keywords.end(),
                                      [](const py::Keyword& keyword) { return keyword.name.empty(); });
    if (first_ && !in_doubt && !hands_on && call.arguments.empty()) out_.closed = true;
    for (const py::Keyword& keyword : call.keywords) {
      if (!keyword.name.empty() && !has(keyword.name)) take(out_.given, keyword.name, *keyword.value, in_doubt);
    }
  }

  void take(std::vector<std::pair<std::string, py::Value>>& into, const std::string& name, const py::Value& value,
            bool in_doubt) {
    const auto says = [&](const py::Keyword& keyword) { return keyword.name == name; };
    const bool said = call_ != nullptr && std::any_of(call_->keywords.begin(), call_->keywords.end(), says);
    if (&into == &out_.defaults && said) return;
    const bool of_call = (name == "base_field" || name == "output_field") && call_ == nullptr && value.is<py::Call>();
    if (of_call && mentions_parameter(value, 0)) out_.by_call = true;
    const auto* local = value.as<py::Name>();
    if (!first_ && local != nullptr && local->dotted == name) return;  // passed on as it came
    if (const auto known = in_doubt ? std::nullopt : constant(value)) {
      into.emplace_back(name, known->clone());
    } else if (call_ == nullptr) {
      out_.by_call = true;
    } else {
      py::Value unknown =
          value_of(py::Unknown{"`" + std::string(last_part(out_.dotted)) + "` decides it when it runs"});
      into.emplace_back(name, std::move(unknown));
    }
  }

  // What does not depend on anything but the call.
  std::optional<py::Value> constant(const py::Value& value, int depth = 0) const {
    if (depth > depth_limit) return std::nullopt;
    if (value.is<py::Name>()) {
      const auto known = values_.find(std::string(py::dotted_name(value)));
      if (known != values_.end())
        return known->second.is<py::Unknown>() ? std::nullopt : std::optional(known->second.clone());
    }
    if (const py::Call* asked = asked_of(keywords_, value)) {
      if (call_ == nullptr) return std::nullopt;
      const std::string& name = asked->arguments[0].as<py::String>()->text;
      for (const py::Keyword& keyword : call_->keywords)
        if (keyword.name == name) return constant(*keyword.value, depth + 1);
      const bool starred = std::any_of(call_->keywords.begin(), call_->keywords.end(),
                                       [](const py::Keyword& keyword) { return keyword.name.empty(); });
      if (starred) return std::nullopt;
      return asked->arguments.size() > 1 ? constant(asked->arguments[1], depth + 1) : value_of(py::None{});
    }
    if (!py::fully_known(value) || mentions_local(value)) return std::nullopt;
    return value.clone();
  }

  // models.CharField(max_length=max_length)
  static bool mentions_parameter(const py::Value& value, int depth) {
    const auto* call = value.as<py::Call>();
    if (call == nullptr || depth > depth_limit) return mentions_local(value);
    const auto does = [&](const py::Value& part) { return mentions_parameter(part, depth + 1); };
    return std::any_of(call->arguments.begin(), call->arguments.end(), does) ||
           std::any_of(call->keywords.begin(), call->keywords.end(),
                       [&](const py::Keyword& keyword) { return does(*keyword.value); });
  }

  // A name without dots is a parameter or a variable of the method.
  static bool mentions_local(const py::Value& value) {
    if (const auto* name = value.as<py::Name>()) return name->dotted.find('.') == std::string::npos;
    if (const auto* binary = value.as<py::Binary>())
      return mentions_local(*binary->left) || mentions_local(*binary->right);
    return value.is<py::Unknown>() || value.is<py::Subscript>() || value.is<py::Attribute>();
  }

  void read_function(const py::Class& of) {
    const auto text = [&](std::string_view name) {
      const py::Value* value = of.find(name);
      return value != nullptr ? value->as<py::String>() : nullptr;
    };
    if (const auto* function = text("function"); function != nullptr && out_.function.empty()) {
      out_.function = function->text;
    }
    if (of.find("template") != nullptr || of.function("as_sql") != nullptr || of.function("as_postgresql") != nullptr) {
      out_.own_template = true;
    }
  }

  // What an index asks itself when its SQL is made: all that Django's own leave to a subclass.
  void read_index(const Found<py::Class>& of) {
    static constexpr std::array<std::string_view, 4> deciding = {"__init__", "get_with_params", "_get_condition_sql",
                                                                 "remove_sql"};
    for (const std::string_view method : deciding) {
      if (of.found->function(method) != nullptr) out_.own_index = true;
    }
    if (const py::Function* method = of.found->function("create_sql")) {
      const auto body = body_of(of, "create_sql", context_);
      const auto source = text_of(of.dotted, context_);
      if (!body || !source || !asks_base(*method, *body, source->second)) out_.own_index = true;
    }
    // Of models.Index it is part of names that Django makes, of the others the index method.
    const auto plain = [](const py::Value& base) { return py::dotted_name(base) == "django.db.models.Index"; };
    if (of.found->find("suffix") != nullptr && !std::all_of(of.found->bases.begin(), of.found->bases.end(), plain)) {
      out_.own_index = true;
    }
  }

  ProjectClass& out_;
  const ReadContext& context_;
  const py::Call* call_;
  bool above_ = false, first_ = false;       // an __init__ was read; the one at hand is the first
  std::string text_;                         // of its module
  std::string keywords_;                     // "kwargs" of its `**kwargs`
  std::map<std::string, py::Value> values_;  // of "self.size" and of variables, as the __init__ set them so far
};

}  // namespace

bool read_project_class(ProjectClass& made, const ReadContext& context, const py::Call* call) {
  return Reader(made, context, call).follow(made.dotted, 0);
}

}  // namespace mlint::django
