#pragma once

#include "analyzer/operation/expression.h"
#include "analyzer/schema/schema.h"

namespace mlint {

// The worst of the functions that the expression calls, as contain_volatile_functions sees it after the planner has
// inlined SQL functions: operators, casts (text::timestamptz is stable), CURRENT_DATE and its kin (stable), functions
// of PostgreSQL 12 to 18 and of its extensions by a table read from servers, functions of the schema by their
// definition. unknown: a function nobody defined; to be judged as volatile. `row`: the table whose columns it reads.
Volatility volatility_of(const Expr& expression, const Schema& schema, const Relation* row = nullptr,
                         int server_version = 15);

// It calls a function that is not immutable, whatever the types are that are not known here.
bool is_surely_mutable(const Expr& expression, const Schema& schema, const Relation* row, int server_version);

// The type of an expression, where it can be told: type.name.name is empty otherwise. A string literal is "unknown".
TypeName type_of(const Expr& expression, const Schema& schema, const Relation* row = nullptr);

// Is this function of the server or of its extensions known to this binary?
bool is_server_function(std::string_view name);

}  // namespace mlint
