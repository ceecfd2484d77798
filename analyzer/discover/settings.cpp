#include "analyzer/discover/settings.h"

#include <algorithm>
#include <map>
#include <set>

#include "analyzer/discover/database_settings.h"
#include "analyzer/discover/path.h"
#include "analyzer/discover/setting_list.h"
#include "analyzer/discover/setting_value.h"
#include "parsers/python/statements.h"

namespace mlint {
namespace {

// A name of the settings: bound in the module, else in the class that django-configurations or a class-based settings
// module uses.
class Names {
 public:
  Names(PythonModules& modules, const PythonModules::Loaded& module) : modules_(modules), module_(module) {
    add_included();
    if (modules_.value(module_, "INSTALLED_APPS") != nullptr) return;
    const std::vector<py::Class>& classes = module.module.classes;
    if (!classes.empty()) add_class(module, classes.back(), classes_, 0);
  }

  const py::Value* find(std::string_view name) {
    if (const py::Value* bound = modules_.value(module_, name)) return bound;
    for (auto included = included_.rbegin(); included != included_.rend(); ++included) {
      if (const py::Value* bound = modules_.value(**included, name)) return bound;
    }
    for (const auto& [holder, chosen] : classes_) {
      if (const py::Value* bound = chosen->find(name)) return bound;
    }
    return nullptr;
  }

  // Every name that find() may find.
  std::set<std::string> all() {
    std::set<std::string> names;
    modules_.add_names(module_, names);
    for (const PythonModules::Loaded* included : included_) modules_.add_names(*included, names);
    for (const auto& [holder, chosen] : classes_)
      for (const py::Binding& binding : chosen->bindings) names.insert(binding.name);
    return names;
  }

  // "Base.INSTALLED_APPS" of a class, "settings.INSTALLED_APPS" of an instance of one that the module makes.
  const py::Value* attribute(std::string_view dotted) {
    const std::size_t dot = dotted.rfind('.');
    if (dot == std::string_view::npos) return nullptr;
    const std::string_view name = dotted.substr(dot + 1);
    for (const PythonModules::Loaded* holder : holders()) {
      std::string_view owner = dotted.substr(0, dot);
      const py::Value* instance = holder->module.find(owner);
      if (instance != nullptr && instance->is<py::Call>()) owner = py::dotted_name(*instance);
      std::vector<Holding> line;
      add_named(*holder, owner, line, 0);
      for (const auto& [module, found] : line)
        if (const py::Value* bound = found->find(name)) return bound;
    }
    return nullptr;
  }

  bool collect(const py::Value& value, std::vector<std::string>& into) {
    return collect_strings(value, into, [this](std::string_view dotted) { return attribute(dotted); });
  }

  // A property that builds a list: every string that its body puts into a list.
  bool collect_from_function(std::string_view name, std::vector<std::string>& into) {
    bool found = false;
    for (auto at = classes_.rbegin(); at != classes_.rend(); ++at) {
      const py::Function* function = at->second->function(name);
      if (function == nullptr) continue;
      found = true;
      const py::Body body = py::read_body(at->first->source, at->first->module, function->span, {});
      collect_statements(body.statements, into, 0);
    }
    return found;
  }

  // A property that returns a dictionary.
  std::optional<py::Value> returned_dictionary(std::string_view name) {
    for (const auto& [holder, chosen] : classes_) {
      const py::Function* function = chosen->function(name);
      if (function == nullptr) continue;
      py::Body body = py::read_body(holder->source, holder->module, function->span, {});
      for (py::Statement& statement : body.statements) {
        if (statement.kind != py::Statement::Kind::return_ || statement.values.empty()) continue;
        if (statement.values[0].is<py::Dict>()) return std::move(statement.values[0]);
      }
    }
    return std::nullopt;
  }

 private:
  // django-split-settings: include("base.py", optional("local.py")) runs the files in this module.
  void add_included() {
    if (module_.source.find("split_settings") == std::string::npos) return;
    const py::Body body = py::read_statements(module_.source, {});
    for (const py::Statement& statement : body.statements) {
      const auto* call = statement.values.empty() ? nullptr : statement.values.front().as<py::Call>();
      if (call == nullptr || !callee_text(*call->callee).ends_with("include")) continue;
      for (const py::Value& argument : call->arguments) {
        const auto* optional = argument.as<py::Call>();
        const bool wrapped = optional != nullptr && !optional->arguments.empty();
        const auto file = text_of(wrapped ? &optional->arguments.front() : &argument);
        if (!file) continue;
        const std::string name = path::join(path::parent(module_.path), *file);
        const PythonModules::Loaded* included = modules_.has(name) ? modules_.load_file(name) : nullptr;
        if (included != nullptr) included_.push_back(included);
      }
    }
  }

  using Holding = std::pair<const PythonModules::Loaded*, const py::Class*>;

  std::vector<const PythonModules::Loaded*> holders() const {
    std::vector<const PythonModules::Loaded*> found = {&module_};
    for (const auto& [holder, chosen] : classes_)
      if (std::find(found.begin(), found.end(), holder) == found.end()) found.push_back(holder);
    return found;
  }

  // A class and its bases, in the order that Python looks for names in, near enough.
  void add_class(const PythonModules::Loaded& holder, const py::Class& chosen, std::vector<Holding>& into, int depth) {
    if (depth > 10) return;
    into.emplace_back(&holder, &chosen);
    for (const py::Value& base : chosen.bases) {
      const std::string_view dotted = py::dotted_name(base);
      if (holder.module.find_class(dotted) != &chosen) add_named(holder, dotted, into, depth + 1);
    }
  }

  void add_named(const PythonModules::Loaded& holder, std::string_view dotted, std::vector<Holding>& into, int depth) {
    if (const py::Class* local = holder.module.find_class(dotted)) return add_class(holder, *local, into, depth);
    const std::string full = modules_.absolute(dotted, holder.path);
    const std::size_t dot = full.rfind('.');
    if (dot == std::string::npos) return;
    const PythonModules::Loaded* other = modules_.load(std::string_view(full).substr(0, dot));
    if (other == nullptr) return;
    if (const py::Class* found = other->module.find_class(std::string_view(full).substr(dot + 1)))
      add_class(*other, *found, into, depth);
  }

  void collect_statements(const std::vector<py::Statement>& statements, std::vector<std::string>& into, int depth) {
    if (depth > 20) return;
    for (const py::Statement& statement : statements) {
      using Kind = py::Statement::Kind;
      for (const py::Value& value : statement.values) {
        if (statement.kind == Kind::assign || statement.kind == Kind::augment || statement.kind == Kind::return_) {
          collect_lists(value, into);
        } else if (const auto* call = value.as<py::Call>(); call != nullptr && statement.kind == Kind::expression) {
          const std::string callee = callee_text(*call->callee);
          if (callee.ends_with(".append") || callee.ends_with(".extend")) {
            for (const py::Value& argument : call->arguments) collect(argument, into);
          } else if (callee.ends_with(".insert") && call->arguments.size() == 2) {
            collect(call->arguments[1], into);
          }
        }
      }
      collect_statements(statement.body, into, depth + 1);
    }
  }

  void collect_lists(const py::Value& value, std::vector<std::string>& into) {
    if (value.is<py::List>() || value.is<py::Tuple>() || value.is<py::Binary>()) collect(value, into);
  }

  PythonModules& modules_;
  const PythonModules::Loaded& module_;
  std::vector<const PythonModules::Loaded*> included_;
  std::vector<Holding> classes_;
};

// INSTALLED_APPS[INSTALLED_APPS.index("shop.orders")] = "mine.orders", also by way of a variable: a fork of an app that
// takes its place, as django-oscar documents it.
void replace_items(const PythonModules::Loaded& module, std::string_view name, std::vector<std::string>& items) {
  if (module.source.find(std::string(name) + "[") == std::string::npos) return;
  std::map<std::string, std::string> index_of;
  // Where its items are constants the name is read as what it stands for.
  const auto is_list = [&](const py::Value& value) { return value.is<py::List>() || callee_text(value) == name; };
  const auto looked_up = [&](const py::Value& value) -> std::optional<std::string> {
    const auto* call = value.as<py::Call>();
    const auto* callee = call == nullptr ? nullptr : call->callee->as<py::Attribute>();
    if (callee == nullptr || callee->name != "index" || call->arguments.size() != 1 || !is_list(*callee->base))
      return std::nullopt;
    return text_of(&call->arguments.front());
  };
  const py::Body body = py::read_statements(module.source, {});
  for (const py::Statement& statement : body.statements) {
    if (statement.kind != py::Statement::Kind::assign || statement.targets.size() != 1 || statement.values.size() != 1)
      continue;
    if (const auto old = looked_up(statement.values.front())) {
      index_of[callee_text(statement.targets.front())] = *old;
      continue;
    }
    const auto* place = statement.targets.front().as<py::Subscript>();
    const auto text = text_of(&statement.values.front());
    if (place == nullptr || !text || !is_list(*place->base)) continue;
    const auto variable = index_of.find(callee_text(*place->index));
    const auto old = variable != index_of.end() ? std::optional(variable->second) : looked_up(*place->index);
    if (old) std::replace(items.begin(), items.end(), *old, *text);
  }
}

// settings["NAME"] = […], globals().update({"NAME": […]}).
void collect_from_subscripts(Names& names, const PythonModules::Loaded& module, std::string_view name,
                             std::vector<std::string>& items) {
  if (module.source.find("\"" + std::string(name) + "\"") == std::string::npos &&
      module.source.find("'" + std::string(name) + "'") == std::string::npos) {
    return;
  }
  const py::Body body = py::read_statements(module.source, {});
  for (const py::Statement& statement : body.statements) {
    if (statement.values.size() != 1) continue;
    const py::Value& value = statement.values.front();
    const bool assigned = statement.kind == py::Statement::Kind::assign && statement.targets.size() == 1;
    const auto* place = assigned ? statement.targets.front().as<py::Subscript>() : nullptr;
    if (place != nullptr && text_of(place->index.get()) == name) names.collect(value, items);
    const auto* call = statement.kind == py::Statement::Kind::expression ? value.as<py::Call>() : nullptr;
    if (call == nullptr || call->arguments.size() != 1 || !callee_text(*call->callee).ends_with("update")) continue;
    if (const py::Value* found = entry(call->arguments.front(), name)) names.collect(*found, items);
  }
}

std::optional<std::vector<std::string>> list_setting(Names& names, std::string_view name, bool& complete) {
  const py::Value* value = names.find(name);
  if (value == nullptr) return std::nullopt;
  std::vector<std::string> items;
  complete = names.collect(*value, items) && complete;
  return items;
}

void read_apps(Names& names, const PythonModules::Loaded& module, DjangoSettings& settings) {
  settings.shared_apps = list_setting(names, "SHARED_APPS", settings.complete);
  settings.tenant_apps = list_setting(names, "TENANT_APPS", settings.complete);
  if (auto installed = list_setting(names, "INSTALLED_APPS", settings.complete)) {
    settings.installed_apps = *std::move(installed);
    replace_items(module, "INSTALLED_APPS", settings.installed_apps);
  } else {
    names.collect_from_function("INSTALLED_APPS", settings.installed_apps);
    collect_from_subscripts(names, module, "INSTALLED_APPS", settings.installed_apps);
    settings.complete = false;
  }
}

void read_migration_modules(const py::Value* value, DjangoSettings& settings) {
  if (value == nullptr) return;
  const auto* dict = settled(*value).as<py::Dict>();
  if (dict == nullptr) {
    settings.complete = false;
    return;
  }
  for (const auto& [key, module] : dict->items) {
    const auto* label = key.as<py::String>();
    if (label != nullptr && module.is<py::None>()) {
      settings.migration_modules[label->text] = std::nullopt;
    } else if (const auto text = label == nullptr ? std::nullopt : text_of(&module)) {
      settings.migration_modules[label->text] = *text;
    } else {
      settings.complete = false;
    }
  }
}

void read_swapped_models(Names& names, DjangoSettings& settings) {
  std::set<std::string> asked = names.all();
  for (const char* token : {"APPLICATION", "GRANT", "ACCESS_TOKEN", "ID_TOKEN", "REFRESH_TOKEN"})
    asked.insert("OAUTH2_PROVIDER_" + std::string(token) + "_MODEL");
  for (const std::string& name : asked) {
    const auto text = name.ends_with("_MODEL") ? text_of(names.find(name)) : std::nullopt;
    if (text && std::count(text->begin(), text->end(), '.') == 1) settings.swapped_models[name] = *text;
  }
}

}  // namespace

std::vector<std::string> settings_modules_named_in(std::string_view text) {
  std::vector<std::string> found;
  constexpr std::string_view variable = "DJANGO_SETTINGS_MODULE";
  constexpr std::string_view between = "\"', \t\r\n]=():";
  for (std::size_t at = text.find(variable); at != std::string_view::npos; at = text.find(variable, at + 1)) {
    std::string_view rest = text.substr(at + variable.size(), 300);
    const std::size_t begin = rest.find_first_not_of(between);
    if (begin == std::string_view::npos) continue;
    rest.remove_prefix(begin);
    if (rest.starts_with("default")) rest.remove_prefix(std::min(rest.find_first_not_of(between, 7), rest.size()));
    const auto end = static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), is_name_byte) - rest.begin());
    const std::string_view name = rest.substr(0, end);
    const bool call = end < rest.size() && rest[end] == '(';
    if (!name.empty() && !call && !name.starts_with('.') && !name.ends_with('.')) found.emplace_back(name);
  }
  return found;
}

DjangoSettings read_settings(PythonModules& modules, const PythonModules::Loaded& module) {
  DjangoSettings settings;
  settings.file = module.path;
  Names names(modules, module);
  read_apps(names, module, settings);
  read_migration_modules(names.find("MIGRATION_MODULES"), settings);
  if (const auto text = text_of(names.find("AUTH_USER_MODEL"))) settings.auth_user_model = *text;
  read_swapped_models(names, settings);
  if (const auto text = text_of(names.find("DEFAULT_AUTO_FIELD"))) settings.default_auto_field = *text;
  if (const auto text = text_of(names.find("DEFAULT_TABLESPACE"))) settings.default_tablespace = *text;
  if (const auto text = text_of(names.find("DEFAULT_INDEX_TABLESPACE"))) settings.default_index_tablespace = *text;
  const py::Value* zone = names.find("TIME_ZONE");
  settings.time_zone = zone == nullptr ? "America/Chicago" : text_of(zone).value_or(std::string());
  if (const py::Value* aware = names.find("USE_TZ")) {
    const auto* flag = settled(*aware).as<py::Boolean>();
    settings.use_tz = flag == nullptr ? UseTz::unknown : flag->value ? UseTz::on : UseTz::off;
  }
  const std::optional<py::Value> returned = names.returned_dictionary("DATABASES");
  read_databases(returned ? &*returned : names.find("DATABASES"), settings);
  return settings;
}

}  // namespace mlint
