#pragma once

#include "analyzer/effect/derive.h"

// Since PostgreSQL 17 indexes are built, tables analyzed and materialized views filled with search_path = pg_catalog,
// pg_temp (RestrictSearchPath): a function they call, and that has no search_path of its own, finds no table or
// function of the user by its bare name. One in SQL is read when the statement is planned and fails without any row;
// another one fails when it is called (measured on 17.10).
namespace mlint::effect {

void restrict_path(Derivation& d, const Expr& expression);
void restrict_path(Derivation& d, const Query& query);
void restrict_path(Derivation& d, const IndexState& index);  // that is built again, or whose statistics are gathered

}  // namespace mlint::effect
