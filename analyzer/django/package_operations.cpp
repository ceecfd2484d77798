#include "analyzer/django/package_operations.h"

#include <algorithm>
#include <array>

#include "analyzer/django/ddl.h"
#include "analyzer/django/literals.h"
#include "analyzer/django/naming.h"

namespace mlint::django {
namespace {

constexpr std::array known = {"AddTrigger",
                              "RemoveTrigger",
                              "AddDefaultValue",
                              "PostgresAddDefaultPartition",
                              "PostgresAddRangePartition",
                              "PostgresAddListPartition",
                              "PostgresAddHashPartition",
                              "PostgresDeletePartition"};

const py::Value* keyword(const py::Value* value, std::string_view name) {
  const auto* call = value == nullptr ? nullptr : value->as<py::Call>();
  if (call == nullptr) return nullptr;
  for (const py::Keyword& given : call->keywords) {
    if (given.name == name) return given.value.get();
  }
  return nullptr;
}

std::string text(const py::Value* call, std::string_view name, std::string_view otherwise = {}) {
  const py::Value* value = keyword(call, name);
  const auto* string = value == nullptr ? nullptr : value->as<py::String>();
  return std::string(string == nullptr ? otherwise : std::string_view(string->text));
}

std::string drop_trigger(const std::string& name, const std::string& table) {
  return "DROP TRIGGER IF EXISTS " + name + " ON " + quote_name(table);
}

// django-pgtrigger: a function for the trigger, which is replaced where it exists. (It makes one more function, which
// every trigger asks whether it shall be ignored; that one touches no table.)
PackageSql add_trigger(const ModelOperation& operation, const Model& model, bool back) {
  const py::Value* sql = keyword(operation.argument("trigger"), "sql");
  const std::string name = text(sql, "pgid"), table = text(sql, "table", model.table());
  if (name.empty()) return {{}, "the trigger could not be evaluated"};
  if (back) return {drop_trigger(name, table), {}};
  const std::string constraint = text(sql, "constraint"), referencing = text(sql, "referencing");
  std::string create = "CREATE ";
  if (!constraint.empty()) create += constraint + " ";
  create += "TRIGGER " + name + " " + text(sql, "when") + " " + text(sql, "operation") + " ON " + quote_name(table);
  for (const std::string& part : {text(sql, "timing"), referencing}) {
    if (!part.empty()) create += " " + part;
  }
  create += " FOR EACH " + text(sql, "level", "ROW");
  if (const std::string condition = text(sql, "condition"); !condition.empty()) create += " " + condition;
  create += " EXECUTE PROCEDURE " + text(sql, "execute", name + "()");
  const std::string function = "CREATE OR REPLACE FUNCTION " + name + "() RETURNS TRIGGER AS $$ " +
                               text(sql, "declare") + " BEGIN " + text(sql, "func") + " END; $$ LANGUAGE plpgsql";
  return {function + "; " + drop_trigger(name, table) + "; " + create, {}};
}

// The trigger's name ends in a hash that only the catalogue knows.
PackageSql remove_trigger(const ModelOperation& operation, const Model& model, const Schema& catalogue, bool back) {
  if (back) return {{}, "the trigger that is made again is in an earlier migration"};
  std::string wanted = "pgtrigger_" + std::string(operation.text("name")) + "_";
  const Relation* table = catalogue.find(qualified(model.table()));
  if (table != nullptr) {
    for (const TriggerState& trigger : table->triggers) {
      const std::string& name = trigger.definition.name;
      if (name.starts_with(wanted)) return {drop_trigger(name, model.table()), {}};
    }
  }
  return {drop_trigger(wanted + "…", model.table()), "the full name of trigger `" + wanted + "…` is not known here"};
}

std::string literals(const py::Value* value, const Version& version) {
  const py::Values* items = nullptr;
  if (value != nullptr && value->is<py::List>()) items = &value->as<py::List>()->items;
  if (value != nullptr && value->is<py::Tuple>()) items = &value->as<py::Tuple>()->items;
  std::string joined;
  const auto add = [&](const py::Value& item) {
    const Literal literal = plain_literal(item, version);
    if (!joined.empty()) joined += ", ";
    joined += literal.kind == Literal::Kind::constant ? literal.text : "NULL";
  };
  for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) add((*items)[i]);
  if (items == nullptr && value != nullptr) add(*value);
  return joined;
}

// django-postgres-extra: the partition is called after the table.
PackageSql partition(const ModelOperation& operation, const Model& model, bool back, const Version& version) {
  const std::string name = quote_name(model.table() + "_" + std::string(operation.text("name")));
  const bool drop = (operation.known_as == "PostgresDeletePartition") != back;
  if (drop) return {"DROP TABLE " + name, {}};
  std::string sql = "CREATE TABLE " + name + " PARTITION OF " + quote_name(model.table());
  const auto values = [&](std::string_view argument) { return literals(operation.argument(argument), version); };
  if (operation.known_as == "PostgresAddDefaultPartition") return {sql + " DEFAULT", {}};
  if (operation.known_as == "PostgresAddRangePartition") {
    return {sql + " FOR VALUES FROM (" + values("from_values") + ") TO (" + values("to_values") + ")", {}};
  }
  if (operation.known_as == "PostgresAddListPartition") return {sql + " FOR VALUES IN (" + values("values") + ")", {}};
  if (operation.known_as == "PostgresAddHashPartition") {
    return {sql + " FOR VALUES WITH (MODULUS " + values("modulus") + ", REMAINDER " + values("remainder") + ")", {}};
  }
  return {{}, "the bounds of the partition that is made again are not known here"};
}

// django-add-default-value
PackageSql add_default(const ModelOperation& operation, const Model& model, bool back, const Version& version) {
  const FieldPtr field = model.field(operation.text("name"));
  const py::Value* value = operation.argument("value");
  if (!field || value == nullptr) return {{}, "the default could not be evaluated"};
  const std::string column = "ALTER TABLE " + quote_name(model.table()) + " ALTER COLUMN " +
                             quote_name(field->column()) + (back ? " DROP DEFAULT" : " SET DEFAULT ");
  return {back ? column : column + literals(value, version), {}};
}

}  // namespace

bool is_package_operation(const ModelOperation& operation) {
  return std::find(known.begin(), known.end(), operation.known_as) != known.end();
}

PackageSql package_sql(const ModelOperation& operation, const Model& model, const Schema& catalogue, bool back,
                       const Version& version) {
  if (operation.known_as == "AddTrigger") return add_trigger(operation, model, back);
  if (operation.known_as == "RemoveTrigger") return remove_trigger(operation, model, catalogue, back);
  if (operation.known_as == "AddDefaultValue") return add_default(operation, model, back, version);
  return partition(operation, model, back, version);
}

}  // namespace mlint::django
