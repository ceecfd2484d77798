#include "analyzer/django/sqlmigrate.h"

#include <vector>

#include "analyzer/django/fields.h"

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

std::string index_text(const ModelOperation& operation, std::string_view verb) {
  const py::Value* index = operation.argument("index");
  const std::string name = text_of(keyword(index, "name")), model = argument_text(operation, "model_name");
  const auto* call = index == nullptr ? nullptr : index->as<py::Call>();
  const std::string start = std::string(verb) + " index " + name + " on ";
  if (call != nullptr && !call->arguments.empty()) {
    std::string expressions;
    for (const py::Value& expression : call->arguments) {
      expressions += (expressions.empty() ? "" : ", ") + repr(expression);
    }
    return start + expressions + " on model " + model;
  }
  return start + "field(s) " + joined(keyword(index, "fields")) + " of model " + model;
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

std::string describe_index(const ModelOperation& operation) {
  const std::string& type = operation.known_as;
  const std::string name = argument_text(operation, "name"), model = argument_text(operation, "model_name");
  const std::string constraint = text_of(keyword(operation.argument("constraint"), "name"));
  if (type == "AddIndex") return index_text(operation, "Create");
  if (type == "AddIndexConcurrently") return index_text(operation, "Concurrently create");
  if (type == "RemoveIndex") return "Remove index " + name + " from " + model;
  if (type == "RemoveIndexConcurrently") return "Concurrently remove index " + name + " from " + model;
  if (type == "RenameIndex") {
    const std::string old_name = argument_text(operation, "old_name"), to = argument_text(operation, "new_name");
    if (!old_name.empty()) return "Rename index " + old_name + " on " + model + " to " + to;
    const py::Value* fields = operation.argument("old_fields");
    std::string list = fields == nullptr ? "()" : repr(*fields);
    if (const auto end = list.rfind(", )"); end != std::string::npos && list.find(", ") != end)
      list.replace(end, 3, ")");
    return "Rename unnamed index for " + list + " on " + model + " to " + to;
  }
  if (type == "AddConstraint") return "Create constraint " + constraint + " on model " + model;
  if (type == "AddConstraintNotValid") return "Create not valid constraint " + constraint + " on model " + model;
  if (type == "RemoveConstraint") return "Remove constraint " + name + " from model " + model;
  if (type == "AlterConstraint") return "Alter constraint " + name + " on " + model;
  if (type == "ValidateConstraint") return "Validate constraint " + name + " on model " + model;
  return {};
}

}  // namespace

std::string describe(const ModelOperation& operation, const Version&) {
  const std::string& type = operation.known_as;
  const std::string name = argument_text(operation, "name"), model = argument_text(operation, "model_name");
  if (type == "AddField") return "Add field " + name + " to " + model;
  if (type == "RemoveField") return "Remove field " + name + " from " + model;
  if (type == "AlterField") return "Alter field " + name + " on " + model;
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
  if (std::string text = describe_index(operation); !text.empty()) return text;
  return operation.type;
}

namespace {

constexpr std::string_view python_mark = "-- THIS OPERATION CANNOT BE WRITTEN AS SQL";
constexpr std::string_view old_python_mark = "-- MIGRATION NOW PERFORMS OPERATION THAT CANNOT BE WRITTEN AS SQL:";

void add_statement(const LoweredStatement& statement, std::string& out) {
  if (statement.sql.empty()) {
    for (const Operation& operation : statement.operations) {
      if (const auto* opaque = operation.as<Opaque>()) out += "-- not known: " + opaque->reason + "\n";
    }
    return;
  }
  out += statement.sql;
  const auto last = statement.sql.find_last_not_of(" \t\n\r");
  if (last == std::string::npos || statement.sql[last] != ';') out += ';';
  out += '\n';
}

void add_operation(const Migration& migration, const LoweredMigration& lowered, std::size_t index,
                   const Version& version, std::string& out) {
  const ModelOperation& operation = migration.operations[index];
  const bool python = operation.known_as == "RunPython";
  const bool old = version < Version{4, 1};
  out += "--\n";
  if (python && old) out.append(old_python_mark).append("\n");
  out += "-- " + describe(operation, version) + "\n--\n";
  if (python) {
    if (!old) out.append(python_mark).append("\n");
    return;
  }
  bool any = false;
  for (const LoweredStatement& statement : lowered.statements) {
    if (statement.operation != index || statement.deferred) continue;
    if (statement.sql.empty() && !statement.comment.empty()) continue;  // Python inside a state/database combination
    any = true;
    add_statement(statement, out);
  }
  if (!any && !old) out += "-- (no-op)\n";
}

}  // namespace

std::string sqlmigrate_text(const Migration& migration, const LoweredMigration& lowered, const Version& version,
                            Direction direction) {
  std::string out;
  if (migration.atomic) out += "BEGIN;\n";
  const std::size_t count = migration.operations.size();
  for (std::size_t i = 0; i < count; ++i) {
    add_operation(migration, lowered, direction == Direction::forwards ? i : count - 1 - i, version, out);
  }
  for (const LoweredStatement& statement : lowered.statements) {
    if (statement.deferred) add_statement(statement, out);
  }
  if (migration.atomic) out += "COMMIT;\n";
  return out;
}

}  // namespace mlint::django
