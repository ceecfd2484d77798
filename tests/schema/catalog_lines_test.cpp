#include "tests/schema/catalog_lines.h"

#include <algorithm>
#include <string_view>

#include "analyzer/schema/types.h"

namespace mlint::test {
namespace {

std::string_view boolean(bool value) { return value ? "true" : "false"; }

std::string join(std::vector<std::string> parts, std::string_view separator) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) text.append(i == 0 ? "" : separator).append(parts[i]);
  return text;
}

std::string full(const QualifiedName& name) { return name.schema + "." + name.name; }

char kind_letter(RelationKind kind) {
  switch (kind) {
    case RelationKind::partitioned_table:
      return 'p';
    case RelationKind::sequence:
      return 'S';
    case RelationKind::view:
      return 'v';
    case RelationKind::materialized_view:
      return 'm';
    case RelationKind::foreign_table:
      return 'f';
    default:
      return 'r';
  }
}

char constraint_letter(Constraint::Kind kind) {
  switch (kind) {
    case Constraint::Kind::primary_key:
      return 'p';
    case Constraint::Kind::unique:
      return 'u';
    case Constraint::Kind::foreign_key:
      return 'f';
    case Constraint::Kind::exclusion:
      return 'x';
    default:
      return 'c';
  }
}

void columns(const Relation& r, std::vector<std::string>& lines) {
  int number = 0;
  for (const ColumnState& c : r.columns) {
    ++number;
    if (r.kind == RelationKind::view) {
      lines.push_back(join({"V", full(r.name), c.name}, "|"));
      continue;
    }
    lines.push_back(join({"C", full(r.name), std::to_string(number), c.name, types::format_type(c.type),
                          std::string(boolean(c.not_null == Known::yes && c.not_null_valid)),
                          std::string(boolean(c.default_.has_value())), std::string(boolean(c.identity)),
                          std::string(boolean(c.generated.has_value())), std::string(boolean(c.inherited)),
                          std::string(boolean(c.local))},
                         "|"));
  }
}

void indexes(const Relation& r, std::vector<std::string>& lines) {
  for (const IndexState& i : r.indexes) {
    std::vector<std::string> attributes;
    const std::size_t keys = i.definition.elements.size();
    for (std::size_t k = 0; k < i.attribute_names.size(); ++k) {
      std::string text = i.attribute_names[k];
      if (k < keys && i.definition.elements[k].descending) text += " desc";
      if (k >= keys) text += " include";
      attributes.push_back(std::move(text));
    }
    lines.push_back(join({"I", full(i.name), r.name.name, std::string(boolean(i.definition.unique)),
                          std::string(boolean(i.valid)), i.definition.access_method,
                          std::string(boolean(i.definition.where.has_value())), i.parent.name, join(attributes, ",")},
                         "|"));
  }
}

void constraints(const Relation& r, std::vector<std::string>& lines) {
  for (const ConstraintState& c : r.constraints) {
    std::vector<std::string> names = c.definition.columns;
    if (c.definition.kind == Constraint::Kind::check) {
      std::vector<std::string> ordered;
      for (const ColumnState& column : r.columns)
        if (std::find(names.begin(), names.end(), column.name) != names.end()) ordered.push_back(column.name);
      names = std::move(ordered);
    }
    if (c.definition.kind == Constraint::Kind::exclusion) names.clear();
    lines.push_back(join({"K", full(r.name), c.definition.name, std::string(1, constraint_letter(c.definition.kind)),
                          std::string(boolean(c.valid)), join(names, ","), c.definition.references.name,
                          join(c.definition.referenced_columns, ","), std::string(boolean(c.definition.deferrable)),
                          std::string(boolean(c.inherited)), std::string(boolean(c.local))},
                         "|"));
  }
}

void type_line(const TypeState& t, std::vector<std::string>& lines) {
  std::vector<std::string> values = t.values, names;
  std::sort(values.begin(), values.end());
  for (const ConstraintState& c : t.constraints) names.push_back(c.definition.name);
  std::sort(names.begin(), names.end());
  const bool domain = t.kind == TypeState::Kind::domain;
  const char letter = domain ? 'd' : t.kind == TypeState::Kind::enum_ ? 'e' : 'c';
  lines.push_back(join({"T", full(t.name), std::string(1, letter), std::string(boolean(t.not_null)),
                        domain ? types::format_type(t.base) : "", join(values, ","), join(names, ",")},
                       "|"));
}

}  // namespace

std::vector<std::string> catalog_lines(const Schema& schema) {
  std::vector<std::string> lines;
  for (const Relation* r : schema.relations()) {
    if (r->name.schema == "pg_temp") continue;
    const char persistence = r->persistence == Persistence::unlogged ? 'u' : 'p';
    lines.push_back(join({"R", full(r->name), std::string(1, kind_letter(r->kind)), std::string(1, persistence)}, "|"));
    if (r->kind == RelationKind::sequence) {
      const bool owned = !r->owned_by_table.name.empty();
      lines.push_back(join({"S", full(r->name), owned ? r->owned_by_table.name + "." + r->owned_by_column : ""}, "|"));
    } else {
      columns(*r, lines);
    }
    indexes(*r, lines);
    constraints(*r, lines);
    for (const QualifiedName& parent : r->parents)
      lines.push_back(join({"H", r->name.name, parent.name, std::string(boolean(r->bound.has_value()))}, "|"));
    for (const TriggerState& t : r->triggers)
      lines.push_back(join({"G", r->name.name, t.definition.name, std::string(1, t.enabled)}, "|"));
  }
  for (const TypeState* t : schema.types()) type_line(*t, lines);
  std::sort(lines.begin(), lines.end());
  return lines;
}

}  // namespace mlint::test
