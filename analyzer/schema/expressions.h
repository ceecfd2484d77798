#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/operation/expression.h"

// Questions about expression trees, without recursion.
namespace mlint {

struct CreateIndex;

// Every node, parents before children; those inside subqueries too when asked for.
void for_each_node(const Expr& expression, const std::function<void(const Expr&)>& visit, bool subqueries = false);
// Every node of every expression, subqueries included.
void for_each_expression(const Query& query, const std::function<void(const Expr&)>& visit);
// Every node of the query's own expressions, not of the queries inside it.
void for_each_own_node(const Query& query, const std::function<void(const Expr&)>& visit);
// Every relation that the query names, at any depth, its target first.
void for_each_relation(const Query& query, const std::function<void(const RelationRef&, bool written)>& visit);

bool is_null_constant(const Expr& expression);  // NULL, NULL::type

// Names of the columns it reads, each once, in the order met.
std::vector<std::string> columns_of(const Expr& expression);
bool mentions_column(const Expr& expression, std::string_view column);
bool uses_column(const CreateIndex& index, std::string_view column);  // key, INCLUDE, WHERE
// Casts to the type; `full_name`: of what a cast names.
bool casts_to(const Expr& expression, const QualifiedName& type,
              const std::function<QualifiedName(const QualifiedName&)>& full_name);
void rename_casts_in(Expr& expression, const QualifiedName& from, const QualifiedName& to);
void rename_column_in(Expr& expression, std::string_view from, std::string_view to);
// Every function called by name, operators left out.
std::vector<QualifiedName> functions_of(const Expr& expression);

// An identifier replaced in SQL text, quoted where it needs to be; string literals are left alone.
std::string replace_identifier(std::string_view sql, std::string_view from, std::string_view to);

// The operands that eval_const_expressions leaves: arms of CASE and arguments of COALESCE, AND and OR that constants
// decide never run, and what they call is never called.
std::vector<const Expr*> live_arguments(const Expr& expression);

}  // namespace mlint
