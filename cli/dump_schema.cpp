#include "cli/dump_schema.h"

#include <nlohmann/json.hpp>

#include "analyzer/operation/printer.h"
#include "analyzer/schema/describe.h"
#include "analyzer/schema/types.h"

namespace mlint {
namespace {

using Json = nlohmann::ordered_json;

Json names(const std::vector<QualifiedName>& list) {
  Json array = Json::array();
  for (const QualifiedName& name : list) array.push_back(quote_ident(name));
  return array;
}

void put(Json& object, const char* key, const std::string& value) {
  if (!value.empty()) object[key] = value;
}
void put(Json& object, const char* key, bool value) {
  if (value) object[key] = true;
}
void put(Json& object, const char* key, const Json& array) {
  if (!array.empty()) object[key] = array;
}

Json column(const ColumnState& c) {
  Json json{{"name", c.name}, {"type", types::format_type(c.type)}};
  if (c.not_null == Known::unknown) {
    json["not_null"] = nullptr;
  } else {
    json["not_null"] = c.not_null == Known::yes;
  }
  put(json, "not_null_not_valid", !c.not_null_valid);
  if (c.default_) json["default"] = describe::expression(*c.default_);
  if (c.identity) json["identity"] = c.identity_always ? "always" : "by default";
  if (c.generated) json["generated"] = describe::expression(*c.generated);
  put(json, "virtual", c.generated && !c.generated_stored);
  put(json, "sequence", c.owned_sequence);
  put(json, "inherited", c.inherited);
  put(json, "may_be_gone", !c.certain);
  return json;
}

Json constraint(const ConstraintState& c) {
  Json json{{"name", c.definition.name},
            {"kind", describe::kind(c.definition.kind)},
            {"definition", describe::constraint(c)},
            {"valid", c.valid}};
  put(json, "columns", Json(c.definition.columns));
  if (!c.definition.references.name.empty()) json["references"] = quote_ident(c.definition.references);
  put(json, "referenced_columns", Json(c.definition.referenced_columns));
  put(json, "index", c.index);
  put(json, "inherited", c.inherited);
  put(json, "may_be_gone", !c.certain);
  return json;
}

Json index(const IndexState& i) {
  Json json{{"name", i.name.name},
            {"definition", describe::index(i)},
            {"unique", i.definition.unique},
            {"method", i.definition.access_method},
            {"valid", i.valid}};
  put(json, "constraint", i.constraint);
  if (!i.parent.name.empty()) json["parent"] = quote_ident(i.parent);
  put(json, "may_be_gone", !i.certain);
  return json;
}

template <class List, class Function>
Json each(const List& list, Function make) {
  Json array = Json::array();
  for (const auto& item : list) array.push_back(make(item));
  return array;
}

std::string_view persistence(Persistence p) {
  return p == Persistence::permanent ? "permanent" : p == Persistence::unlogged ? "unlogged" : "temporary";
}

Json relation(const Relation& r) {
  Json json{{"name", quote_ident(r.name)},
            {"kind", name_of(r.kind)},
            {"persistence", persistence(r.persistence)},
            {"complete", r.complete}};
  put(json, "may_be_gone", !r.certain);
  put(json, "columns", each(r.columns, column));
  put(json, "constraints", each(r.constraints, constraint));
  put(json, "indexes", each(r.indexes, index));
  put(json, "triggers", each(r.triggers, [](const TriggerState& t) { return t.definition.name; }));
  put(json, "policies", each(r.policies, [](const PolicyState& p) { return p.name; }));
  put(json, "rules", each(r.rules, [](const RuleState& rule) { return rule.name; }));
  if (r.partition_by) json["partition_by"] = describe::partition_key(*r.partition_by);
  if (r.bound) json["bound"] = describe::bound(*r.bound);
  put(json, "parents", names(r.parents));
  put(json, "children", names(r.children));
  put(json, "reads", names(r.reads));
  if (!r.owned_by_table.name.empty())
    json["owned_by"] = quote_ident(r.owned_by_table) + "." + quote_ident(r.owned_by_column);
  return json;
}

Json type(const TypeState& t) {
  Json json{{"name", quote_ident(t.name)}, {"kind", describe::kind(t.kind)}};
  put(json, "values", Json(t.values));
  if (t.kind == TypeState::Kind::domain) json["base"] = types::format_type(t.base);
  put(json, "not_null", t.not_null);
  put(json, "constraints", each(t.constraints, constraint));
  put(json, "attributes", each(t.attributes, column));
  return json;
}

}  // namespace

void print_schema_json(std::ostream& out, const Schema& schema) {
  Json json{{"version", 1}, {"search_path", schema.search_path()}};
  json["extensions"] = schema.extensions();
  json["types"] = each(schema.types(), [](const TypeState* t) { return type(*t); });
  json["functions"] = each(schema.all_functions(), [](const FunctionState* f) { return describe::function(*f); });
  json["relations"] = each(schema.relations(), [](const Relation* r) { return relation(*r); });
  out << json.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
}

}  // namespace mlint
