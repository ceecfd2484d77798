#include "analyzer/django/fields.h"
#include "analyzer/django/sqlmigrate.h"

// Operation.describe() of every operation: the comments above the statements of sqlmigrate.
namespace mlint::django {
namespace {

std::string argument_text(const ModelOperation& operation, std::string_view name) {
  return std::string(operation.text(name));
}

const py::Value* keyword(const py::Value* value, std::string_view name) {
  const auto* call = value == nullptr ? nullptr : value->as<py::Call>();
  if (call == nullptr) return nullptr;
  for (const py::Keyword& candidate : call->keywords) {
    if (candidate.name == name) return candidate.value.get();
  }
  return nullptr;
}

std::string text_of(const py::Value* value) {
  const auto* text = value == nullptr ? nullptr : value->as<py::String>();
  return text == nullptr ? std::string{} : text->text;
}

const py::Values* items_of(const py::Value* value) {
  if (value == nullptr) return nullptr;
  if (const auto* list = value->as<py::List>()) return &list->items;
  if (const auto* tuple = value->as<py::Tuple>()) return &tuple->items;
  if (const auto* set = value->as<py::Set>()) return &set->items;
  return nullptr;
}

std::string joined(const py::Value* value) {
  std::string text;
  const py::Values* items = items_of(value);
  for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
    text += (i > 0 ? ", " : "") + text_of(&(*items)[i]);
  }
  return text;
}

// A flat tuple of names counts as one set.
std::size_t number_of_sets(const py::Value* value) {
  const py::Values* items = items_of(value);
  if (items == nullptr || items->empty()) return 0;
  return items->front().is<py::String>() ? 1 : items->size();
}

std::string_view class_name(const py::Value& value) {
  const std::string_view dotted = py::dotted_name(value);
  return dotted.substr(dotted.rfind('.') + 1);
}

std::string expression_text(const py::Value& value, const Version& version);

// str() of a constant inside Value(…), which is its repr() since 4.0.
std::string constant_text(const py::Value& value, const Version& version) {
  if (const auto* text = value.as<py::String>()) return version < Version{4, 0} ? text->text : "'" + text->text + "'";
  return repr(value);
}

// Func.__repr__(): the expressions, then what else the class was given.
std::string function_text(const py::Call& call, std::string_view name, const Version& version) {
  const bool one = name == "Collate" || name == "Cast";  // their second argument is no expression
  std::string text = std::string(name) + "(";
  for (std::size_t i = 0; i < call.arguments.size() && (i == 0 || !one); ++i) {
    text += (i > 0 ? ", " : "") + expression_text(call.arguments[i], version);
  }
  for (const py::Keyword& given : call.keywords) {
    if (given.name == "output_field" || (one && given.name != "expression")) continue;
    const auto* plain = given.value->as<py::String>();
    text += ", " + given.name + "=" + (plain != nullptr ? plain->text : repr(*given.value));
  }
  return text + ")";
}

// str() of an expression of an index.
std::string expression_text(const py::Value& value, const Version& version) {
  if (const auto* name = value.as<py::String>()) return "F(" + name->text + ")";
  if (const auto* binary = value.as<py::Binary>()) {
    return expression_text(*binary->left, version) + " " + binary->op + " " + expression_text(*binary->right, version);
  }
  const auto* call = value.as<py::Call>();
  if (call == nullptr) return "Value(" + constant_text(value, version) + ")";
  if (const auto* method = call->callee->as<py::Attribute>(); method != nullptr) {
    if (method->name != "asc" && method->name != "desc") return repr(value);
    return "OrderBy(" + expression_text(*method->base, version) +
           ", descending=" + (method->name == "desc" ? "True)" : "False)");
  }
  const std::string_view name = class_name(value);
  if (name == "F" && call->arguments.size() == 1) return "F(" + text_of(call->arguments.data()) + ")";
  if (name == "Value" && !call->arguments.empty()) return "Value(" + constant_text(call->arguments[0], version) + ")";
  return function_text(*call, name, version);
}

std::string index_text(const ModelOperation& operation, std::string_view verb, const Version& version) {
  const py::Value* index = operation.argument("index");
  const std::string name = text_of(keyword(index, "name")), model = argument_text(operation, "model_name");
  const auto* call = index == nullptr ? nullptr : index->as<py::Call>();
  const std::string start = std::string(verb) + " index " + name + " on ";
  // AddIndexConcurrently always tells the fields
  if (call != nullptr && !call->arguments.empty() && operation.known_as == "AddIndex") {
    std::string expressions;
    for (const py::Value& expression : call->arguments) {
      expressions += (expressions.empty() ? "" : ", ") + expression_text(expression, version);
    }
    return start + expressions + " on model " + model;
  }
  return start + "field(s) " + joined(keyword(index, "fields")) + " of model " + model;
}

// repr() of a list or tuple of names.
std::string names_text(const py::Value* value) {
  const py::Values* items = items_of(value);
  if (items == nullptr) return "()";
  std::string text;
  for (const py::Value& item : *items) text += (text.empty() ? "'" : ", '") + text_of(&item) + "'";
  if (value->is<py::List>()) return "[" + text + "]";
  return "(" + text + (items->size() == 1 ? ",)" : ")");
}

std::string together_text(const ModelOperation& operation, const std::string& option) {
  return "Alter " + option + " for " + argument_text(operation, "name") + " (" +
         std::to_string(number_of_sets(operation.argument(option))) + " constraint(s))";
}

std::string extension_text(const ModelOperation& operation) {
  static constexpr std::pair<std::string_view, std::string_view> names[] = {
      {"BloomExtension", "bloom"},     {"BtreeGinExtension", "btree_gin"}, {"BtreeGistExtension", "btree_gist"},
      {"CITextExtension", "citext"},   {"CryptoExtension", "pgcrypto"},    {"HStoreExtension", "hstore"},
      {"TrigramExtension", "pg_trgm"}, {"UnaccentExtension", "unaccent"}};
  for (const auto& [type, name] : names) {
    if (operation.known_as == type) return "Creates extension " + std::string(name);
  }
  return "Creates extension " + argument_text(operation, "name");
}

std::string describe_model(const ModelOperation& operation) {
  const std::string& type = operation.known_as;
  const std::string name = argument_text(operation, "name");
  if (type == "CreateModel") {
    bool proxy = false;
    if (const py::Value* options = operation.argument("options"); options != nullptr && options->is<py::Dict>()) {
      for (const auto& [key, value] : options->as<py::Dict>()->items) {
        const auto* flag = value.as<py::Boolean>();
        proxy = proxy || (text_of(&key) == "proxy" && flag != nullptr && flag->value);
      }
    }
    return std::string("Create ") + (proxy ? "proxy " : "") + "model " + name;
  }
  if (type == "DeleteModel") return "Delete model " + name;
  if (type == "RenameModel") {
    return "Rename model " + argument_text(operation, "old_name") + " to " + argument_text(operation, "new_name");
  }
  if (type == "AlterModelTable") {
    const std::string table = argument_text(operation, "table");
    return "Rename table for " + name + " to " + (table.empty() ? "(default)" : table);
  }
  if (type == "AlterModelTableComment") return "Alter " + name + " table comment";
  if (type == "AlterUniqueTogether") return together_text(operation, "unique_together");
  if (type == "AlterIndexTogether") return together_text(operation, "index_together");
  if (type == "AlterOrderWithRespectTo") {
    const std::string order = argument_text(operation, "order_with_respect_to");
    return "Set order_with_respect_to on " + name + " to " + (order.empty() ? "None" : order);
  }
  if (type == "AlterModelOptions") return "Change Meta options on " + name;
  if (type == "AlterModelManagers") return "Change managers on " + name;
  return {};
}

std::string describe_index(const ModelOperation& operation, const Version& version) {
  const std::string& type = operation.known_as;
  const std::string name = argument_text(operation, "name"), model = argument_text(operation, "model_name");
  const std::string constraint = text_of(keyword(operation.argument("constraint"), "name"));
  if (type == "AddIndex") return index_text(operation, "Create", version);
  if (type == "AddIndexConcurrently") return index_text(operation, "Concurrently create", version);
  if (type == "RemoveIndex") return "Remove index " + name + " from " + model;
  if (type == "RemoveIndexConcurrently") return "Concurrently remove index " + name + " from " + model;
  if (type == "RenameIndex") {
    const std::string old_name = argument_text(operation, "old_name"), to = argument_text(operation, "new_name");
    if (!old_name.empty()) return "Rename index " + old_name + " on " + model + " to " + to;
    return "Rename unnamed index for " + names_text(operation.argument("old_fields")) + " on " + model + " to " + to;
  }
  if (type == "AddConstraint") return "Create constraint " + constraint + " on model " + model;
  if (type == "AddConstraintNotValid") return "Create not valid constraint " + constraint + " on model " + model;
  if (type == "RemoveConstraint") return "Remove constraint " + name + " from model " + model;
  if (type == "AlterConstraint") return "Alter constraint " + name + " on " + model;
  if (type == "ValidateConstraint") return "Validate constraint " + name + " on model " + model;
  return {};
}

}  // namespace

std::string describe(const ModelOperation& operation, const Version& version) {
  const std::string& type = operation.known_as;
  const std::string name = argument_text(operation, "name"), model = argument_text(operation, "model_name");
  if (type == "AddField") return "Add field " + name + " to " + model;
  if (type == "RemoveField") return "Remove field " + name + " from " + model;
  if (type == "AlterField" || type == "AlterSortedManyToManyField") return "Alter field " + name + " on " + model;
  if (type == "RenameField") {
    return "Rename field " + argument_text(operation, "old_name") + " on " + model + " to " +
           argument_text(operation, "new_name");
  }
  if (type == "RunSQL") return "Raw SQL operation";
  if (type == "RunPython") return "Raw Python operation";
  if (type == "SeparateDatabaseAndState") return "Custom state/database change combination";
  if (type == "CreateCollation") return "Create collation " + name;
  if (type == "RemoveCollation") return "Remove collation " + name;
  if (type.ends_with("Extension")) return extension_text(operation);
  if (std::string text = describe_model(operation); !text.empty()) return text;
  if (std::string text = describe_index(operation, version); !text.empty()) return text;
  return operation.type;
}

}  // namespace mlint::django
