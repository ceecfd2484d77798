#include "analyzer/django/read.h"

#include <algorithm>
#include <array>

#include "analyzer/base/text_check.h"
#include "analyzer/django/field_classes.h"
#include "analyzer/django/read_operation.h"
#include "analyzer/django/signatures.h"

namespace mlint::django {

namespace {

const py::Class* base_in_module(const py::Class& of, const py::Module& module) {
  if (of.bases.empty()) return nullptr;
  const auto* name = of.bases[0].as<py::Name>();
  const auto* base = name != nullptr ? module.find_class(name->dotted) : nullptr;
  return base != &of ? base : nullptr;
}

// An attribute of the class or of a base in the same module.
const py::Binding* attribute(const py::Class& of, const py::Module& module, std::string_view name) {
  const auto* at = &of;
  for (int steps = 0; at != nullptr && steps < 5; ++steps) {
    if (const auto* binding = at->binding(name)) return binding;
    at = base_in_module(*at, module);
  }
  return nullptr;
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
  if (call != nullptr && py::dotted_name(value) == "swapper.dependency" && call->arguments.size() == 2) {
    const auto* app = call->arguments[0].as<py::String>();
    const auto* model = call->arguments[1].as<py::String>();
    if (app != nullptr && model != nullptr) return app->text + "." + model->text;
  }
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
  if (const auto* initial = attribute(of, context.module, "initial"))
    if (const auto* value = initial->value.as<py::Boolean>()) migration.initial = value->value;
  const auto* atomic = attribute(of, context.module, "atomic");
  if (atomic == nullptr) return;
  migration.atomic_location = place(atomic->value, context);
  const auto& value = follow(atomic->value, context);
  if (const auto* boolean = value.as<py::Boolean>()) {
    migration.atomic = boolean->value;
  } else if (value.is<py::None>()) {
    migration.atomic = false;
  } else {
    migration.atomic_known = false;
  }
  if (atomic->conditional) migration.atomic_known = false;
}

void read_links(Migration& migration, const py::Class& of, const ReadContext& context) {
  auto& reason = migration.dependencies_reason;
  if (const auto* found = attribute(of, context.module, "dependencies")) {
    migration.dependencies = read_dependencies(found->value, context, reason);
    migration.dependencies_location = place(found->value, context);
    if (found->conditional && reason.empty()) reason = "they depend on a condition that is not constant";
  }
  if (const auto* found = attribute(of, context.module, "run_before"))
    migration.run_before = read_dependencies(found->value, context, reason);
  if (const auto* found = attribute(of, context.module, "replaces"))
    for (auto& replaced : read_dependencies(found->value, context, reason))
      migration.replaces.push_back(std::move(replaced.key));
}

void read_list(Migration& migration, const py::Class& of, const ReadContext& context) {
  const auto* found = attribute(of, context.module, "operations");
  if (found == nullptr) return;
  migration.operations_location = place(found->value, context);
  auto read = read_operations(found->value, context);
  migration.operations = std::move(read.operations);
  migration.operations_reason = std::move(read.reason);
  if (found->conditional && migration.operations_reason.empty())
    migration.operations_reason = "the list depends on a condition that is not constant";
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
