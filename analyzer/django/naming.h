#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/operation/expression.h"

// The names that Django invents (django/db/backends/{utils,base/schema}.py) and the way it quotes them.
namespace mlint::django {

inline constexpr std::size_t max_name_length = 63;  // of PostgreSQL's identifiers, as Django counts it: in characters

std::string md5_hex(std::string_view data);

// "name", unless it is quoted already; inner quotes are not doubled, so that `schema"."table` addresses a schema.
std::string quote_name(std::string_view name);
// The part after `"."`, without quotes: what names are derived from.
std::string_view table_part(std::string_view table);
// The namespace of `schema"."table`, else empty.
std::string_view namespace_part(std::string_view table);
QualifiedName qualified(std::string_view table);
std::string strip_quotes(std::string_view table);

// Cuts to `length` characters, the last four of them a digest of the whole (truncate_name).
std::string truncate_name(std::string_view name, std::size_t length = max_name_length);

// _create_index_name: indexes, uniques, foreign keys, checks and primary keys that ALTER adds.
std::string index_name(std::string_view table, std::span<const std::string> columns, std::string_view suffix);
// "_fk_<table>_<column>", the suffix of a foreign key's name.
std::string foreign_key_suffix(std::string_view to_table, std::string_view to_column);

}  // namespace mlint::django
