#include <algorithm>

#include "analyzer/django/editor.h"
#include "analyzer/django/naming.h"

// Indexes and constraints: from what is known of them to statements.
namespace mlint::django {
namespace {

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
    if (i < spec.opclasses.size()) element.opclass.name = lower_case(spec.opclasses[i]);
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
  // 3.2 and 4.0 forgot the blank before and put one behind
  return version < Version{4, 1} ? "WITH (" + text + ") " : " WITH (" + text + ")";
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
  if (!spec.method.empty()) create.access_method = lower_case(spec.method);
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

}  // namespace mlint::django
