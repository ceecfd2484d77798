#include "analyzer/effect/restricted_path.h"

#include <algorithm>

#include "analyzer/schema/expressions.h"
#include "analyzer/schema/type_data.h"
#include "parsers/sql/parse.h"

namespace mlint::effect {
namespace {

constexpr int kSince = 17;

// What a query names that is not found then: "relation "look"".
std::string not_found(const Derivation& d, const Query& query) {
  std::string missing;
  for_each_relation(query, [&](const RelationRef& ref, bool) {
    const bool hidden =
        ref.name.schema.empty() && !ref.name.name.starts_with("pg_") && !d.schema.find({"pg_temp", ref.name.name});
    if (missing.empty() && hidden) missing = "relation " + quoted(ref.name);
  });
  for_each_expression(query, [&](const Expr& node) {
    const bool hidden = node.kind == Expr::Kind::call && node.schema.empty() &&
                        data::find_functions(node.name).empty() && !d.schema.functions({"", node.name}).empty();
    if (missing.empty() && hidden) missing = "function " + quoted(node.name);
  });
  return missing;
}

std::string not_found_by(const Derivation& d, const CreateFunction& function) {
  std::string missing;
  const auto look = [&](const std::shared_ptr<const Query>& query) {
    if (query && missing.empty()) missing = not_found(d, *query);
  };
  for (const auto& query : function.sql) look(query);
  if (function.language != "plpgsql") return missing;
  for (const sql::ParsedStatement& statement : sql::parse_plpgsql(function.body).statements) {
    for (const Operation& operation : statement.operations) {
      if (const auto* dml = operation.as<Dml>()) look(dml->query);
    }
  }
  return missing;
}

// inline_function: only then is the body looked at before there is a row.
bool is_planned_with_its_caller(const CreateFunction& function) {
  return function.language == "sql" && function.sql.size() == 1 && !function.security_definer &&
         function.settings.empty();
}

void call(Derivation& d, const Expr& node) {
  if (node.kind != Expr::Kind::call) return;
  const auto defined = d.schema.functions({node.schema, node.name});
  if (defined.size() != 1) return;
  const CreateFunction& function = defined[0]->definition;
  const bool own_path = std::any_of(function.settings.begin(), function.settings.end(),
                                    [](const auto& setting) { return setting.first == "search_path"; });
  if (own_path || function.has_sql_body) return;
  const std::string missing = not_found_by(d, function);
  if (missing.empty()) return;
  if (is_planned_with_its_caller(function)) {
    d.fail(missing + " does not exist for function " + quoted(function.name) +
           ": since PostgreSQL 17 search_path is pg_catalog, pg_temp here");
  } else {
    d.assume("function " + quoted(function.name) + " is not called for any row: since PostgreSQL 17 it does not find " +
             missing + " here");
  }
}

}  // namespace

void restrict_path(Derivation& d, const Expr& expression) {
  if (d.server.version < kSince) return;
  for_each_node(expression, [&](const Expr& node) { call(d, node); });
}

void restrict_path(Derivation& d, const IndexState& index) {
  if (d.server.version < kSince) return;
  for (const IndexElement& element : index.definition.elements)
    if (element.expression) restrict_path(d, *element.expression);
  if (index.definition.where) restrict_path(d, *index.definition.where);
}

void restrict_path(Derivation& d, const Query& query) {
  if (d.server.version < kSince) return;
  for_each_expression(query, [&](const Expr& node) { call(d, node); });
}

}  // namespace mlint::effect
