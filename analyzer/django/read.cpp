#include "analyzer/django/read.h"

#include <algorithm>
#include <array>

#include "analyzer/base/text_check.h"
#include "analyzer/django/field_classes.h"
#include "analyzer/django/project_lookup.h"
#include "analyzer/django/read_operation.h"
#include "analyzer/django/signatures.h"
#include "analyzer/django/swapper.h"

namespace mlint::django {

namespace {

// What the Migration class says of itself, or a class that it inherits from.
struct Attribute {
  const py::Value* value = nullptr;  // null: nobody says it
  bool conditional = false;
  std::string unread = {};                          // the first base that may say it and is not known
  std::unique_ptr<const py::Value> copy = nullptr;  // `value`, of a base in another file
};

bool is_django_migration(std::string_view dotted) {
  return dotted == "django.db.migrations.Migration" || dotted == "django.db.migrations.migration.Migration";
}

// Positions in another file mean nothing here: what stands there is shown at `here`.
std::unique_ptr<const py::Value> shown_at(Span here, const py::Value& value) {
  auto copy = std::make_unique<py::Value>(value.clone());
  copy->use = here;
  if (auto* list = std::get_if<py::List>(&copy->kind))
    for (auto& item : list->items) item.use = here;
  if (auto* tuple = std::get_if<py::Tuple>(&copy->kind))
    for (auto& item : tuple->items) item.use = here;
  return copy;
}

// In the order in which Python asks: Django's own class has every attribute, and ends the search. South's have no
// `operations`, and Django does not run them.
Attribute attribute(const py::Class& of, const std::string& home, const ReadContext& context, std::string_view name,
                    int depth) {
  if (const auto* binding = of.binding(name)) return {&binding->value, binding->conditional};
  for (const auto& base : of.bases) {
    const auto dotted = py::dotted_name(base);
    if (is_django_migration(dotted) || dotted.starts_with("south.")) return {};
    if (dotted == "object") continue;
    const auto found =
        depth == 0 ? Found<py::Class>{} : find_class(seen_from_migration(dotted, home, context), context);
    if (found.found == nullptr || found.found == &of)
      return {nullptr, false, dotted.empty() ? std::string("(a call)") : std::string(dotted)};
    auto inherited = attribute(*found.found, found.dotted, context, name, depth - 1);
    if (inherited.value != nullptr && home.empty() && !found.dotted.empty()) {
      inherited.copy = shown_at(of.name_span, *inherited.value);
      inherited.value = inherited.copy.get();
    }
    if (inherited.value != nullptr || !inherited.unread.empty()) return inherited;
  }
  return {};
}

Attribute attribute(const py::Class& of, const ReadContext& context, std::string_view name) {
  constexpr int deepest_base = 5;
  return attribute(of, {}, context, name, deepest_base);
}

// Why the list of operations, well read, is not what runs.
std::string changed_by_class(const py::Class& of, const ReadContext& context) {
  for (const std::string_view name : {"__init__", "apply", "mutate_state", "operations"})
    if (of.function(name) != nullptr) return "the class has its own `" + std::string(name) + "()`";
  if (!of.keywords.empty()) return "the class has a metaclass or keywords";
  const auto* binding = context.module.binding(of.name);
  if (binding != nullptr && binding->name_span.begin > of.span.begin) return "`" + of.name + "` is bound once more";
  return {};
}

const py::Values* items(const py::Value& value) {
  if (const auto* list = value.as<py::List>()) return &list->items;
  if (const auto* tuple = value.as<py::Tuple>()) return &tuple->items;
  if (const auto* set = value.as<py::Set>()) return &set->items;
  return nullptr;
}

std::string reason_of(const py::Value& value, std::string_view otherwise) {
  const auto* unknown = py::first_unknown(value);
  return unknown != nullptr ? unknown->as<py::Unknown>()->reason : std::string(otherwise);
}

// A name; Python 2's migrations wrote some as b''.
std::optional<std::string> name_of(const py::Value& value, const ReadContext& context) {
  const py::Value& found = follow(value, context);
  if (const auto* text = found.as<py::String>()) return text->text;
  if (const auto* bytes = found.as<py::Bytes>()) return bytes->data;
  return std::nullopt;
}

std::optional<MigrationKey> key_of(const py::Value& value, const ReadContext& context) {
  const auto* pair = items(value);
  if (pair == nullptr || pair->size() != 2) return std::nullopt;
  auto app = name_of((*pair)[0], context), name = name_of((*pair)[1], context);
  if (!app || !name) return std::nullopt;
  return MigrationKey{*std::move(app), *std::move(name)};
}

// `swappable_dependency(X)`: X as written.
std::optional<std::string> swappable_of(const py::Value& value) {
  const auto* call = value.as<py::Call>();
  if (call == nullptr || !py::dotted_name(value).ends_with("swappable_dependency") || call->arguments.size() != 1)
    return std::nullopt;
  const auto& argument = call->arguments[0];
  if (const auto* text = argument.as<py::String>()) return text->text;
  const auto* name = argument.as<py::Name>();
  if (name == nullptr) return std::nullopt;
  constexpr std::string_view settings = "django.conf.settings.";
  if (name->dotted.starts_with(settings)) return "settings." + name->dotted.substr(settings.size());
  return name->dotted;
}

// swapper.dependency("kvs", "Thing", "0002_x"), swappable_dependency(swapper.get_model_name("kvs", "Thing")).
bool read_swapper(const py::Value& value, Dependency& dependency) {
  const auto* call = value.as<py::Call>();
  if (call == nullptr) return false;
  const bool of_name = py::dotted_name(value).ends_with("swappable_dependency") && call->arguments.size() == 1;
  const auto model = of_name ? swapper_model(call->arguments[0], "get_model_name") : swapper_model(value, "dependency");
  if (!model) return false;
  const py::Value* version = !of_name && call->arguments.size() > 2 ? &call->arguments[2] : nullptr;
  for (const py::Keyword& keyword : call->keywords)
    if (keyword.name == "version") version = keyword.value.get();
  if (version != nullptr && !version->is<py::String>() && !version->is<py::None>()) return false;
  const auto* name = version != nullptr ? version->as<py::String>() : nullptr;
  dependency.swappable = *model;
  dependency.key = {model->substr(0, model->find('.')), name != nullptr ? name->text : "__first__"};
  return true;
}

Location place(const py::Value& value, const ReadContext& context) {
  return {context.file, value.use.empty() ? value.source.span : value.use};
}

std::vector<Dependency> read_dependencies(const py::Value& written, const ReadContext& context, std::string& reason) {
  std::vector<Dependency> result;
  const auto& value = follow(written, context);
  if (const auto* binary = value.as<py::Binary>(); binary != nullptr && binary->op == "+") {
    result = read_dependencies(*binary->left, context, reason);
    auto rest = read_dependencies(*binary->right, context, reason);
    std::move(rest.begin(), rest.end(), std::back_inserter(result));
    return result;
  }
  const auto* list = items(value);
  if (list == nullptr) {
    reason = reason_of(value, "dependencies that are not written as a list");
    return result;
  }
  for (const auto& item : *list) {
    Dependency dependency;
    dependency.location = place(item, context);
    if (read_swapper(item, dependency)) {
      result.push_back(std::move(dependency));
      continue;
    }
    if (auto swappable = swappable_of(item)) {
      dependency.swappable = std::move(*swappable);
    } else if (auto key = key_of(item, context)) {
      dependency.key = std::move(*key);
    } else {
      reason = reason_of(item, "a dependency that is not a constant");
      continue;
    }
    result.push_back(std::move(dependency));
  }
  return result;
}

void read_flags(Migration& migration, const py::Class& of, const ReadContext& context) {
  if (const auto initial = attribute(of, context, "initial"); initial.value != nullptr)
    if (const auto* value = initial.value->as<py::Boolean>()) migration.initial = value->value;
  const auto atomic = attribute(of, context, "atomic");
  if (atomic.value == nullptr) return;
  migration.atomic_location = place(*atomic.value, context);
  const auto& value = follow(*atomic.value, context);
  if (const auto* boolean = value.as<py::Boolean>()) {
    migration.atomic = boolean->value;
  } else if (value.is<py::None>()) {
    migration.atomic = false;
  } else {
    migration.atomic_known = false;
  }
  if (atomic.conditional) migration.atomic_known = false;
}

void read_links(Migration& migration, const py::Class& of, const ReadContext& context) {
  auto& reason = migration.dependencies_reason;
  if (const auto found = attribute(of, context, "dependencies"); found.value != nullptr) {
    migration.dependencies = read_dependencies(*found.value, context, reason);
    migration.dependencies_location = place(*found.value, context);
    if (found.conditional && reason.empty()) reason = "they depend on a condition that is not constant";
  }
  if (const auto found = attribute(of, context, "run_before"); found.value != nullptr)
    migration.run_before = read_dependencies(*found.value, context, reason);
  if (const auto found = attribute(of, context, "replaces"); found.value != nullptr)
    for (auto& replaced : read_dependencies(*found.value, context, reason))
      migration.replaces.push_back(std::move(replaced.key));
}

void read_list(Migration& migration, const py::Class& of, const ReadContext& context) {
  const auto found = attribute(of, context, "operations");
  migration.operations_reason = changed_by_class(of, context);
  if (found.value != nullptr) {
    migration.operations_location = place(*found.value, context);
    auto read = read_operations(*found.value, context);
    migration.operations = std::move(read.operations);
    if (!read.reason.empty()) migration.operations_reason = std::move(read.reason);
    if (found.conditional && migration.operations_reason.empty())
      migration.operations_reason = "the list depends on a condition that is not constant";
  } else {
    if (!found.unread.empty() && migration.operations_reason.empty())
      migration.operations_reason = "operations may be inherited from `" + found.unread + "`, which is not read";
    if (!migration.operations_reason.empty()) migration.operations_location = migration.class_location;
  }
  // Broken code inside the class may have swallowed operations.
  for (const auto& error : context.module.errors)
    if (of.span.contains(error.span) && migration.operations_reason.empty())
      migration.operations_reason = error.message;
  migration.operations_known = migration.operations_reason.empty();
}

void read_names(const std::vector<ModelOperation>& operations, const ReadContext& context, ProjectNames& names) {
  for (const ModelOperation& operation : operations) {
    read_project_names(operation.arguments, context, names);
    read_names(operation.database_operations, context, names);
    read_names(operation.state_operations, context, names);
  }
}

struct ConstantLookup {
  const ProjectFiles& files;
  std::string_view path;
};

const py::Value* constant_of(const void* context, std::string_view dotted) {
  const auto& lookup = *static_cast<const ConstantLookup*>(context);
  return lookup.files.constant(dotted, lookup.path);
}

}  // namespace

const py::Value* ModelOperation::argument(std::string_view name) const {
  const auto found =
      std::find_if(arguments.begin(), arguments.end(), [&](const Argument& argument) { return argument.name == name; });
  return found == arguments.end() ? nullptr : &found->value;
}

std::string_view ModelOperation::text(std::string_view name) const {
  const auto* value = argument(name);
  const auto* string = value != nullptr ? value->as<py::String>() : nullptr;
  return string != nullptr ? std::string_view(string->text) : std::string_view();
}

ReadResult read_migration(py::Module module, FileId file, std::string_view path, std::string_view label,
                          std::string_view source, const ProjectFiles& files) {
  const auto* of = module.find_class("Migration");
  if (of == nullptr) {
    // Broken code may hide the class.
    if (!module.errors.empty() && source.find("class Migration") != std::string_view::npos)
      return Unreadable{{file, module.errors[0].span}, module.errors[0].message};
    if (const auto* binding = module.binding("Migration"))
      return Unreadable{{file, binding->name_span}, "`Migration` is not written as a class"};
    return NotAMigration{};
  }
  Migration migration;
  const auto slash = path.rfind('/');
  auto stem = slash == std::string_view::npos ? path : path.substr(slash + 1);
  if (stem.ends_with(".py")) stem.remove_suffix(3);
  migration.key = {std::string(label), std::string(stem)};
  migration.file = file;
  migration.class_location = {file, of->name_span};
  const ReadContext context{module, file, path, source, files};
  read_links(migration, *of, context);
  read_flags(migration, *of, context);
  read_list(migration, *of, context);
  if (files.module) read_names(migration.operations, context, migration.names);
  migration.module = std::move(module);
  migration.module.tree.reset();  // memory: its functions have been read
  return migration;
}

bool exports_name(std::string_view dotted) {
  if (find_operation_class(canonical_class(dotted)) != nullptr) return true;
  if (field_class(canonical_field_path(dotted), Version{6, 0})) return true;
  // The rest of django.db.models.__all__ (6.0) that a migration can name.
  constexpr std::string_view home = "django.db.models.";
  constexpr std::array<std::string_view, 36> rest = {"CASCADE",
                                                     "DO_NOTHING",
                                                     "PROTECT",
                                                     "RESTRICT",
                                                     "SET",
                                                     "SET_DEFAULT",
                                                     "SET_NULL",
                                                     "DB_CASCADE",
                                                     "DB_SET_DEFAULT",
                                                     "DB_SET_NULL",
                                                     "Case",
                                                     "CheckConstraint",
                                                     "Count",
                                                     "Deferrable",
                                                     "Exists",
                                                     "Expression",
                                                     "F",
                                                     "Func",
                                                     "Index",
                                                     "ExpressionWrapper",
                                                     "JSONNull",
                                                     "Lookup",
                                                     "Manager",
                                                     "Max",
                                                     "Min",
                                                     "Model",
                                                     "OrderBy",
                                                     "OuterRef",
                                                     "Q",
                                                     "Subquery",
                                                     "Sum",
                                                     "Transform",
                                                     "UniqueConstraint",
                                                     "Value",
                                                     "When",
                                                     "CompositePrimaryKey"};
  return dotted.starts_with(home) && std::find(rest.begin(), rest.end(), dotted.substr(home.size())) != rest.end();
}

ReadResult read_migration_text(std::string_view source, FileId file, std::string_view path, std::string_view label,
                               const ProjectFiles& files) {
  if (const auto problem = check_text(source))
    return Unreadable{{file, {problem->offset, problem->offset + 1}}, problem->message};
  const ConstantLookup lookup{files, path};
  py::ParseOptions options;
  options.file = file;
  options.has_name = &exports_name;
  if (files.constant) {
    options.resolve = &constant_of;
    options.resolve_context = &lookup;
  }
  return read_migration(py::parse(source, options), file, path, label, source, files);
}

}  // namespace mlint::django
