#include "analyzer/django/project_class.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "analyzer/django/field_classes.h"
#include "analyzer/django/fields.h"
#include "analyzer/django/method_result.h"
#include "analyzer/django/project_lookup.h"

namespace mlint::django {
namespace {

constexpr int longest_chain = 8;  // of classes and mixins
constexpr int depth_limit = 30;   // of calls in calls

// What nobody in the project has to explain.
bool is_known(std::string_view dotted) {
  return dotted.starts_with("django.") || field_class(canonical_field_path(dotted), Version{5, 0}).has_value();
}

std::optional<py::Body> body_of(const Found<py::Class>& of, std::string_view method, const ReadContext& context,
                                const py::Call& call = {}) {
  const py::Function* function = of.found->function(method);
  if (function == nullptr) return std::nullopt;
  return body_in_call(call, {function, of.module, of.dotted}, true, context);
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
    if (is_known(name)) {
      if (out_.base.empty()) out_.base = canonical_field_path(name);
      return true;
    }
    if (steps >= longest_chain) return false;
    const auto found = find_class(name, context_);
    if (found.found == nullptr) {
      // A module of the project hands a package's class on.
      if (found.dotted != name && is_known(found.dotted) && follow(found.dotted, steps + 1)) return true;
      if (last_part(name) != "object") out_.own_index = true;  // nobody sees what it makes of an index
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
      const std::string dotted(py::dotted_name(base));
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
          if (adds) unread("adds columns of its own");
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
    const py::Call unknown_call;
    auto body = body_of(of, "__init__", context_, first_ && call_ != nullptr ? *call_ : unknown_call);
    if (!body) return unread("has arguments that could not be read");
    attributes_.clear();
    keywords_.clear();
    for (const py::Parameter& parameter : init->parameters)
      if (parameter.name.starts_with("**")) keywords_ = parameter.name.substr(2);
    for (py::Statement& statement : body->statements) read_statement(statement, false);
  }

  void read_statement(py::Statement& statement, bool in_doubt) {
    for (py::Statement& inner : statement.body) read_statement(inner, true);
    if (statement.values.size() != 1) return;
    if (statement.kind == py::Statement::Kind::assign) {
      for (const py::Value& target : statement.targets) take_item(target, statement.values[0], in_doubt);
    } else if (statement.kind == py::Statement::Kind::expression) {
      if (auto* call = std::get_if<py::Call>(&statement.values[0].kind)) take_call(*call, in_doubt);
    }
  }

  // self.size = size, kwargs["max_length"] = 40
  void take_item(const py::Value& target, const py::Value& value, bool in_doubt) {
    if (const std::string_view attribute = py::dotted_name(target); attribute.starts_with("self.")) {
      attributes_.insert_or_assign(std::string(attribute), in_doubt ? value_of(py::Unknown{}) : value.clone());
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
    for (const py::Keyword& keyword : call.keywords) {
      if (!keyword.name.empty() && !has(keyword.name)) take(out_.given, keyword.name, *keyword.value, in_doubt);
    }
  }

  void take(std::vector<std::pair<std::string, py::Value>>& into, const std::string& name, const py::Value& value,
            bool in_doubt) {
    const auto says = [&](const py::Keyword& keyword) { return keyword.name == name; };
    const bool said = call_ != nullptr && std::any_of(call_->keywords.begin(), call_->keywords.end(), says);
    if (&into == &out_.defaults && said) return;
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
    if (const auto attribute = attributes_.find(std::string(py::dotted_name(value))); attribute != attributes_.end())
      return constant(attribute->second, depth + 1);
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
  bool above_ = false, first_ = false;           // an __init__ was read; the one at hand is the first
  std::string keywords_;                         // "kwargs" of its `**kwargs`
  std::map<std::string, py::Value> attributes_;  // "self.size", as the __init__ set it so far
};

class Collector {
 public:
  Collector(const ReadContext& context, ProjectNames& names) : context_(context), names_(names) {}

  void note(std::string_view dotted) {
    const bool method = dotted.empty() || dotted.starts_with("django.");
    if (method || is_known(dotted) || find_project_class(&names_, dotted) != nullptr) return;
    ProjectClass made;
    made.dotted = std::string(dotted);
    if (Reader(made, context_, nullptr).follow(made.dotted, 0)) names_.classes.push_back(std::move(made));
  }

  void note_call(const py::Value& value) {
    const ProjectClass* own = find_called_class(&names_, value);
    if (own == nullptr || !own->by_call) return;
    ProjectClass made;
    made.dotted = own->dotted;
    made.call = repr(value);
    if (Reader(made, context_, value.as<py::Call>()).follow(made.dotted, 0)) {
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
