#include <algorithm>
#include <array>

#include "analyzer/django/editor.h"
#include "analyzer/django/naming.h"

// Indexes and constraints: from Meta to statements.
namespace mlint::django {
namespace {

std::string_view last_part(std::string_view dotted) {
  const auto dot = dotted.rfind('.');
  return dot == std::string_view::npos ? dotted : dotted.substr(dot + 1);
}

std::string quoted_list(const std::vector<std::string>& columns) {
  std::string text;
  for (const std::string& column : columns) {
    if (!text.empty()) text += ", ";
    text += quote_name(column);
  }
  return text;
}

std::vector<std::string> stripped(const std::vector<std::string>& columns) {
  std::vector<std::string> result;
  for (const std::string& column : columns) result.push_back(strip_quotes(column));
  return result;
}

IndexElement element_of(const RenderedElement& rendered) {
  IndexElement element;
  element.column = rendered.column;
  if (rendered.column.empty()) element.expression = expression_of(rendered.root);
  if (!rendered.collation.empty()) element.collation.name = rendered.collation;
  if (!rendered.opclass.empty()) element.opclass.name = rendered.opclass;
  element.descending = rendered.descending;
  if (rendered.nulls != 0) {
    element.nulls = rendered.nulls < 0 ? IndexElement::Nulls::first : IndexElement::Nulls::last;
  }
  return element;
}

std::string key_text(const IndexSpec& spec) {
  std::string text;
  for (const RenderedElement& element : spec.elements) {
    if (!text.empty()) text += ", ";
    text += element.sql.text;
  }
  for (std::size_t i = 0; i < spec.columns.size() && spec.elements.empty(); ++i) {
    if (i > 0) text += ", ";
    text += quote_name(spec.columns[i]);
    if (i < spec.opclasses.size() && !spec.opclasses[i].empty()) text += " " + spec.opclasses[i];
    if (i < spec.descending.size() && spec.descending[i]) text += " DESC";
  }
  return text;
}

std::vector<IndexElement> key_elements(const IndexSpec& spec) {
  std::vector<IndexElement> elements;
  for (const RenderedElement& element : spec.elements) elements.push_back(element_of(element));
  for (std::size_t i = 0; i < spec.columns.size() && spec.elements.empty(); ++i) {
    IndexElement element;
    element.column = strip_quotes(spec.columns[i]);
    if (i < spec.opclasses.size() && !spec.opclasses[i].empty()) element.opclass.name = spec.opclasses[i];
    element.descending = i < spec.descending.size() && spec.descending[i];
    elements.push_back(std::move(element));
  }
  return elements;
}

std::string nulls_text(const std::optional<bool>& distinct) {
  if (!distinct) return {};
  return *distinct ? " NULLS DISTINCT" : " NULLS NOT DISTINCT";
}

std::string with_text(const IndexSpec& spec, const Version& version) {
  if (spec.with.empty()) return {};
  std::string text;
  for (const auto& [name, value] : spec.with) {
    if (!text.empty()) text += ", ";
    text += name + " = " + value;
  }
  // 3.2 forgot the blank before and put one behind
  return version < Version{4, 0} ? "WITH (" + text + ") " : " WITH (" + text + ")";
}

const py::Value* keyword_argument(const py::Value& value, std::string_view name) {
  const auto* call = value.as<py::Call>();
  if (call == nullptr) return nullptr;
  for (const py::Keyword& keyword : call->keywords) {
    if (keyword.name == name && !keyword.value->is<py::None>()) return keyword.value.get();
  }
  return nullptr;
}

std::optional<std::vector<std::string>> strings(const py::Value* value) {
  std::vector<std::string> result;
  if (value == nullptr) return result;
  const py::Values* items = nullptr;
  if (const auto* list = value->as<py::List>()) items = &list->items;
  if (const auto* tuple = value->as<py::Tuple>()) items = &tuple->items;
  if (const auto* set = value->as<py::Set>()) items = &set->items;
  if (items == nullptr) return std::nullopt;
  for (const py::Value& item : *items) {
    const auto* text = item.as<py::String>();
    if (text == nullptr) return std::nullopt;
    result.push_back(text->text);
  }
  return result;
}

// Field names to columns; a leading dash is descending.
bool take_columns(const Model& model, const std::vector<std::string>& fields, std::vector<std::string>& columns,
                  std::vector<bool>* descending, std::string& reason) {
  for (std::string_view name : fields) {
    const bool dash = descending != nullptr && name.starts_with('-');
    if (dash) name.remove_prefix(1);
    const FieldPtr field = model.field(name);
    if (!field) {
      reason = "field `" + std::string(name) + "` is not known on model `" + model.state().name + "`";
      return false;
    }
    columns.push_back(field->column());
    if (descending != nullptr) descending->push_back(dash);
  }
  return true;
}

std::string parameter_text(const py::Value& value) {
  if (const auto* flag = value.as<py::Boolean>()) return flag->value ? "on" : "off";
  if (const auto* number = value.as<py::Integer>()) return number->digits;
  if (const auto* text = value.as<py::String>()) return text->text;
  return {};
}

struct Method {
  std::string_view class_name, method;
  std::array<std::string_view, 2> parameters;
};
constexpr std::array methods = {
    Method{"GinIndex", "gin", {"gin_pending_list_limit", "fastupdate"}},
    Method{"GistIndex", "gist", {"buffering", "fillfactor"}},
    Method{"BrinIndex", "brin", {"autosummarize", "pages_per_range"}},
    Method{"BTreeIndex", "btree", {"fillfactor", "deduplicate_items"}},
    Method{"HashIndex", "hash", {"fillfactor", ""}},
    Method{"SpGistIndex", "spgist", {"fillfactor", ""}},
    Method{"BloomIndex", "bloom", {"length", "columns"}},
};

void take_method(const py::Value& call, IndexSpec& spec) {
  const std::string_view name = last_part(py::dotted_name(call));
  for (const Method& method : methods) {
    if (method.class_name != name) continue;
    spec.method = std::string(method.method);
    for (const std::string_view parameter : method.parameters) {
      const py::Value* value = parameter.empty() ? nullptr : keyword_argument(call, parameter);
      if (value == nullptr) continue;
      if (parameter == "columns") {
        const py::Values* items = nullptr;
        if (const auto* list = value->as<py::List>()) items = &list->items;
        if (const auto* tuple = value->as<py::Tuple>()) items = &tuple->items;
        for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
          spec.with.emplace_back("col" + std::to_string(i + 1), parameter_text((*items)[i]));
        }
        continue;
      }
      const bool limit = parameter == "gin_pending_list_limit";
      spec.with.emplace_back(limit ? std::string("gin_pending_list_limit") : std::string(parameter),
                             parameter_text(*value));
    }
  }
}

bool take_expressions(const Model& model, const py::Call& call, const Version& version, IndexSpec& spec,
                      std::string& reason) {
  for (const py::Value& expression : call.arguments) {
    RenderedElement element = render_element(model, expression, version);
    if (!element.sql) {
      reason = element.sql.reason;
      return false;
    }
    spec.elements.push_back(std::move(element));
  }
  return true;
}

std::string deferrable_text(const py::Value* value) {
  if (value == nullptr) return {};
  const std::string_view name = py::dotted_name(*value);
  const auto* text = value->as<py::String>();
  if (name.ends_with("DEFERRED") || (text != nullptr && text->text == "deferred")) {
    return " DEFERRABLE INITIALLY DEFERRED";
  }
  if (name.ends_with("IMMEDIATE") || (text != nullptr && text->text == "immediate")) {
    return " DEFERRABLE INITIALLY IMMEDIATE";
  }
  return {};
}

bool take_condition(const Model& model, const py::Value& call, const Version& version, std::string& text,
                    std::string& reason) {
  const py::Value* condition = keyword_argument(call, "condition");
  if (condition == nullptr) return true;
  RenderedSql rendered = render_condition(model, *condition, version);
  text = std::move(rendered.text);
  reason = std::move(rendered.reason);
  return reason.empty();
}

void read_unique(const Model& model, const NamedCall& named, const Version& version, ConstraintReading& reading) {
  const py::Value& call = *named.call;
  const auto fields = strings(keyword_argument(call, "fields")), include = strings(keyword_argument(call, "include"));
  const auto opclasses = strings(keyword_argument(call, "opclasses"));
  if (!fields || !include || !opclasses) {
    reading.reason = "constraint `" + named.name + "` could not be evaluated";
    return;
  }
  IndexSpec index;
  index.table = model.table();
  index.name = named.name;
  index.unique = true;
  index.opclasses = *opclasses;
  const py::Value* nulls = keyword_argument(call, "nulls_distinct");
  if (nulls != nullptr && nulls->is<py::Boolean>()) index.nulls_distinct = nulls->as<py::Boolean>()->value;
  if (!take_columns(model, *fields, index.columns, nullptr, reading.reason) ||
      !take_columns(model, *include, index.include, nullptr, reading.reason) ||
      !take_condition(model, call, version, index.condition, reading.reason) ||
      !take_expressions(model, *call.as<py::Call>(), version, index, reading.reason)) {
    return;
  }
  if (!index.condition.empty() || !index.include.empty() || !index.opclasses.empty() || !index.elements.empty()) {
    reading.spec = std::move(index);
    return;
  }
  ConstraintSpec constraint;
  constraint.table = index.table;
  constraint.name = named.name;
  constraint.columns = index.columns;
  constraint.nulls_distinct = index.nulls_distinct;
  constraint.deferrable = deferrable_text(keyword_argument(call, "deferrable"));
  reading.spec = std::move(constraint);
}

void read_check(const Model& model, const NamedCall& named, const Version& version, ConstraintReading& reading) {
  const py::Value* condition = keyword_argument(*named.call, "condition");
  if (condition == nullptr) condition = keyword_argument(*named.call, "check");
  if (condition == nullptr) {
    reading.reason = "the condition of `" + named.name + "` could not be evaluated";
    return;
  }
  RenderedSql rendered = render_condition(model, *condition, version);
  ConstraintSpec spec;
  spec.kind = ConstraintSpec::Kind::check;
  spec.table = model.table();
  spec.name = named.name;
  spec.expression = std::move(rendered.text);
  reading.reason = std::move(rendered.reason);
  reading.spec = std::move(spec);
}

void read_exclusion(const Model& model, const NamedCall& named, const Version& version, ConstraintReading& reading) {
  const py::Value& call = *named.call;
  ConstraintSpec spec;
  spec.kind = ConstraintSpec::Kind::exclusion;
  spec.table = model.table();
  spec.name = named.name;
  const py::Value* method = keyword_argument(call, "index_type");
  spec.method = method != nullptr && method->is<py::String>() ? method->as<py::String>()->text : "GIST";
  const auto include = strings(keyword_argument(call, "include"));
  const py::Value* expressions = keyword_argument(call, "expressions");
  const py::Values* items = nullptr;
  if (expressions != nullptr && expressions->is<py::List>()) items = &expressions->as<py::List>()->items;
  if (expressions != nullptr && expressions->is<py::Tuple>()) items = &expressions->as<py::Tuple>()->items;
  if (items == nullptr || !include || !take_columns(model, *include, spec.include, nullptr, reading.reason) ||
      !take_condition(model, call, version, spec.expression, reading.reason)) {
    if (reading.reason.empty()) reading.reason = "constraint `" + named.name + "` could not be evaluated";
    return;
  }
  for (const py::Value& item : *items) {
    const py::Values* pair = nullptr;
    if (const auto* tuple = item.as<py::Tuple>()) pair = &tuple->items;
    if (const auto* list = item.as<py::List>()) pair = &list->items;
    std::string op;
    if (pair != nullptr && pair->size() == 2) {
      const py::Value& written = (*pair)[1];
      if (const auto* text = written.as<py::String>()) op = text->text;
      const std::string_view name = last_part(py::dotted_name(written));
      if (name == "OVERLAPS") op = "&&";
      if (name == "EQUAL") op = "=";
      if (name == "NOT_EQUAL") op = "<>";
      if (name == "CONTAINS") op = "@>";
      if (name == "ADJACENT_TO") op = "-|-";
    }
    if (op.empty()) {
      reading.reason = "an operator of `" + named.name + "` could not be evaluated";
      return;
    }
    RenderedElement element = render_element(model, (*pair)[0], version);
    if (!element.sql) {
      reading.reason = element.sql.reason;
      return;
    }
    // Before 4.1 no IndexExpression put an expression in parentheses.
    if (version < Version{4, 1} && element.column.empty() && element.opclass.empty()) element.sql.text = element.root;
    spec.exclusion.emplace_back(std::move(element), op);
  }
  spec.deferrable = deferrable_text(keyword_argument(call, "deferrable"));
  reading.spec = std::move(spec);
}

std::string name_of(const ConstraintSpec& spec) {
  if (spec.name) return *spec.name;
  std::string suffix = spec.suffix;
  if (spec.kind == ConstraintSpec::Kind::foreign_key && suffix.empty()) {
    suffix = foreign_key_suffix(spec.to_table, spec.to_column);
  }
  return index_name(spec.table, spec.columns, suffix);
}

std::string exclusion_text(const ConstraintSpec& spec) {
  std::string text = "EXCLUDE USING " + spec.method + " (";
  for (std::size_t i = 0; i < spec.exclusion.size(); ++i) {
    if (i > 0) text += ", ";
    text += spec.exclusion[i].first.sql.text + " WITH " + spec.exclusion[i].second;
  }
  text += ")";
  if (!spec.include.empty()) text += " INCLUDE (" + quoted_list(spec.include) + ")";
  if (!spec.expression.empty()) text += " WHERE (" + spec.expression + ")";
  return text + spec.deferrable;
}

std::string constraint_text(const ConstraintSpec& spec) {
  using Kind = ConstraintSpec::Kind;
  switch (spec.kind) {
    case Kind::unique:
      return "UNIQUE" + nulls_text(spec.nulls_distinct) + " (" + quoted_list(spec.columns) + ")" + spec.deferrable;
    case Kind::foreign_key:
      return "FOREIGN KEY (" + quoted_list(spec.columns) + ") REFERENCES " + quote_name(spec.to_table) + " (" +
             quote_name(spec.to_column) + ") DEFERRABLE INITIALLY DEFERRED";
    case Kind::check:
      return "CHECK (" + spec.expression + ")" + (spec.not_valid ? " NOT VALID" : "");
    case Kind::primary_key:
      return "PRIMARY KEY (" + quoted_list(spec.columns) + ")";
    case Kind::exclusion:
      return exclusion_text(spec);
  }
  return {};
}

}  // namespace

Constraint constraint_of(const ConstraintSpec& spec) {
  using Kind = ConstraintSpec::Kind;
  Constraint constraint;
  constraint.name = strip_quotes(name_of(spec));
  constraint.columns = stripped(spec.columns);
  constraint.include = stripped(spec.include);
  constraint.deferrable = !spec.deferrable.empty();
  constraint.initially_deferred = spec.deferrable.ends_with("INITIALLY DEFERRED");
  constraint.not_valid = spec.not_valid;
  constraint.nulls_not_distinct = spec.nulls_distinct && !*spec.nulls_distinct;
  switch (spec.kind) {
    case Kind::unique:
      constraint.kind = Constraint::Kind::unique;
      break;
    case Kind::primary_key:
      constraint.kind = Constraint::Kind::primary_key;
      break;
    case Kind::check:
      constraint.kind = Constraint::Kind::check;
      constraint.columns.clear();
      constraint.expression = spec.parsed ? *spec.parsed : expression_of(spec.expression);
      break;
    case Kind::foreign_key:
      constraint.kind = Constraint::Kind::foreign_key;
      constraint.references = qualified(spec.to_table);
      constraint.referenced_columns = {strip_quotes(spec.to_column)};
      constraint.deferrable = constraint.initially_deferred = true;
      break;
    case Kind::exclusion:
      constraint.kind = Constraint::Kind::exclusion;
      constraint.access_method = spec.method;
      for (char& c : constraint.access_method) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
      }
      for (const auto& [element, op] : spec.exclusion) constraint.exclusion.emplace_back(element_of(element), op);
      if (!spec.expression.empty()) constraint.expression = expression_of(spec.expression);
      break;
  }
  return constraint;
}

std::string render_inline(const ConstraintSpec& spec) {
  return "CONSTRAINT " + quote_name(name_of(spec)) + " " + constraint_text(spec);
}

Ddl render(const ConstraintSpec& spec, const Version&) {
  AlterTable alter;
  alter.name = qualified(spec.table);
  alter.actions.push_back({alter::AddConstraint{constraint_of(spec)}, {}});
  Ddl ddl;
  ddl.text = "ALTER TABLE " + quote_name(spec.table) + " ADD " + render_inline(spec);
  ddl.operations.push_back(operation(std::move(alter)));
  return ddl;
}

Ddl render(const IndexSpec& spec, const Version& version) {
  CreateIndex create;
  const std::string name = spec.name ? *spec.name : index_name(spec.table, spec.columns, spec.suffix);
  create.name = strip_quotes(name);
  create.table = qualified(spec.table);
  create.unique = spec.unique;
  create.concurrently = spec.concurrently;
  if (!spec.method.empty()) create.access_method = spec.method;
  create.elements = key_elements(spec);
  create.include = stripped(spec.include);
  create.options = spec.with;
  create.tablespace = spec.tablespace;
  create.nulls_not_distinct = spec.nulls_distinct && !*spec.nulls_distinct;
  if (!spec.condition.empty()) create.where = expression_of(spec.condition);

  Ddl ddl;
  std::string& text = ddl.text;
  text = "CREATE ";
  if (spec.unique) text += "UNIQUE ";
  text += "INDEX ";
  if (spec.concurrently) text += "CONCURRENTLY ";
  text += quote_name(name) + " ON " + quote_name(spec.table);
  if (!spec.method.empty()) text += " USING " + spec.method;
  text += " (" + key_text(spec) + ")";
  if (!spec.include.empty()) text += " INCLUDE (" + quoted_list(spec.include) + ")";
  text += nulls_text(spec.nulls_distinct);
  text += with_text(spec, version);
  if (!spec.tablespace.empty()) text += " TABLESPACE " + quote_name(spec.tablespace);
  if (!spec.condition.empty()) text += " WHERE " + spec.condition;
  ddl.operations.push_back(operation(std::move(create)));
  return ddl;
}

IndexReading read_index(const Model& model, const NamedCall& named, const Version& version) {
  IndexReading reading;
  IndexSpec& spec = reading.spec;
  spec.table = model.table();
  spec.name = named.name;
  if (named.call == nullptr) {
    take_columns(model, named.fields, spec.columns, &spec.descending, reading.reason);
    return reading;
  }
  const auto* call = named.call->as<py::Call>();
  const auto fields = strings(keyword_argument(*named.call, "fields"));
  const auto include = strings(keyword_argument(*named.call, "include"));
  const auto opclasses = strings(keyword_argument(*named.call, "opclasses"));
  if (call == nullptr || !fields || !include || !opclasses) {
    reading.reason = "index `" + named.name + "` could not be evaluated";
    return reading;
  }
  const std::string_view class_name = last_part(py::dotted_name(*named.call));
  take_method(*named.call, spec);
  if (spec.method.empty() && class_name != "Index") {
    reading.reason = "index class `" + std::string(class_name) + "` is not known";
    return reading;
  }
  spec.opclasses = *opclasses;
  if (const py::Value* tablespace = keyword_argument(*named.call, "db_tablespace");
      tablespace != nullptr && tablespace->is<py::String>()) {
    spec.tablespace = tablespace->as<py::String>()->text;
  }
  if (!take_columns(model, *fields, spec.columns, &spec.descending, reading.reason) ||
      !take_columns(model, *include, spec.include, nullptr, reading.reason) ||
      !take_condition(model, *named.call, version, spec.condition, reading.reason)) {
    return reading;
  }
  take_expressions(model, *call, version, spec, reading.reason);
  return reading;
}

ConstraintReading read_constraint(const Model& model, const NamedCall& named, const Version& version) {
  ConstraintReading reading;
  if (named.call == nullptr || !named.call->is<py::Call>()) {
    reading.reason = "constraint `" + named.name + "` could not be evaluated";
    return reading;
  }
  const std::string_view class_name = last_part(py::dotted_name(*named.call));
  if (class_name == "UniqueConstraint") {
    read_unique(model, named, version, reading);
  } else if (class_name == "CheckConstraint") {
    read_check(model, named, version, reading);
  } else if (class_name == "ExclusionConstraint") {
    read_exclusion(model, named, version, reading);
  } else {
    reading.reason = "constraint class `" + std::string(class_name) + "` is not known";
  }
  return reading;
}

}  // namespace mlint::django
