#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "analyzer/operation/operation.h"
#include "parsers/sql/lexer.h"

// CREATE SCHEMA s CREATE TABLE t …
namespace mlint::sql {

// The token where each part of such a statement begins: CREATE SCHEMA, then CREATE or GRANT of the elements. Empty for
// other statements.
std::vector<std::size_t> schema_parts(std::string_view text, Tokens tokens);

// Of CREATE SCHEMA and its elements: what names no schema is made in it, and what it makes is found there first.
void put_in_schema(std::vector<Operation>& operations);

}  // namespace mlint::sql
