#include "analyzer/schema/dump.h"

#include <algorithm>
#include <vector>

#include "analyzer/operation/printer.h"
#include "analyzer/schema/describe.h"
#include "analyzer/schema/types.h"

namespace mlint {
namespace {

void line(std::string& out, std::string_view label, const std::string& name, const std::string& text) {
  out.append("  ").append(label).append(" ").append(quote_ident(name)).append(": ").append(text).append("\n");
}

template <class T, class Name>
std::vector<const T*> by_name(const SharedList<T>& list, Name name_of) {
  std::vector<const T*> sorted;
  for (const T& item : list) sorted.push_back(&item);
  std::sort(sorted.begin(), sorted.end(), [&](const T* a, const T* b) { return name_of(*a) < name_of(*b); });
  return sorted;
}

std::string joined(const std::vector<QualifiedName>& names) {
  std::string text;
  for (const QualifiedName& name : names) text.append(text.empty() ? "" : ", ").append(quote_ident(name));
  return text;
}

std::string head(const Relation& r) {
  std::string text(name_of(r.kind));
  text += " " + quote_ident(r.name);
  if (r.persistence == Persistence::unlogged) text += " unlogged";
  if (r.partition_by) text += " partition by " + describe::partition_key(*r.partition_by);
  if (r.bound) {
    text += " partition of " + joined(r.parents) + " " + describe::bound(*r.bound);
  } else if (!r.parents.empty()) {
    text += " inherits " + joined(r.parents);
  }
  if (!r.of_type.name.empty()) text += " of " + quote_ident(r.of_type);
  if (!r.owned_by_table.name.empty())
    text += " owned by " + quote_ident(r.owned_by_table) + "." + quote_ident(r.owned_by_column);
  if (r.kind == RelationKind::materialized_view && !r.populated) text += " with no data";
  if (!r.complete) text += " (incomplete)";
  if (!r.certain) text += " (may be gone)";
  return text + "\n";
}

void dump(const Relation& r, std::string& out) {
  out += head(r);
  for (const ColumnState& c : r.columns) line(out, "column", c.name, describe::column(c));
  for (const ConstraintState* c : by_name(r.constraints, [](const ConstraintState& s) { return s.definition.name; }))
    line(out, "constraint", c->definition.name, describe::constraint(*c));
  for (const IndexState* i : by_name(r.indexes, [](const IndexState& s) { return s.name.name; }))
    line(out, "index", i->name.name, describe::index(*i));
  for (const TriggerState* t : by_name(r.triggers, [](const TriggerState& s) { return s.definition.name; }))
    line(out, "trigger", t->definition.name, "executes " + quote_ident(t->definition.function));
  for (const RuleState& rule : r.rules) line(out, "rule", rule.name, rule.enabled ? "enabled" : "disabled");
  for (const PolicyState& policy : r.policies) line(out, "policy", policy.name, "");
  for (const KeyUse& use : r.rests_on_key_of) {
    out.append(use.certain ? "  rests" : "  may rest").append(" on the primary key of ");
    out.append(quote_ident(use.table)).append("\n");
  }
  if (!r.reads.empty()) out += "  reads " + joined(r.reads) + "\n";
}

void dump(const TypeState& t, std::string& out) {
  out.append("type ").append(quote_ident(t.name)).append(" ").append(describe::kind(t.kind));
  if (t.kind == TypeState::Kind::domain) out += " over " + types::format_type(t.base) + (t.not_null ? " not null" : "");
  out += "\n";
  for (const std::string& value : t.values) out += "  value '" + value + "'\n";
  for (const ColumnState& a : t.attributes) line(out, "attribute", a.name, types::format_type(a.type));
  for (const ConstraintState& c : t.constraints) line(out, "constraint", c.definition.name, describe::constraint(c));
}

}  // namespace

std::string dump_schema(const Schema& schema) {
  std::string out;
  for (const std::string& extension : schema.extensions()) out += "extension " + quote_ident(extension) + "\n";
  for (const TypeState* type : schema.types()) dump(*type, out);
  for (const FunctionState* function : schema.all_functions())
    out += "function " + describe::function(*function) + "\n";
  for (const Relation* relation : schema.relations()) dump(*relation, out);
  return out;
}

}  // namespace mlint
