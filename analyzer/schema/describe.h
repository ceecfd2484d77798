#pragma once

#include <string>
#include <string_view>

#include "analyzer/schema/schema.h"

// Words for what a schema holds; the text and the JSON form of the dump share them.
namespace mlint::describe {

std::string_view kind(TypeState::Kind kind);
std::string_view kind(Constraint::Kind kind);
std::string column(const ColumnState& column);         // "numeric(10,2) not null default 0"
std::string constraint(const ConstraintState& state);  // "check (age >= 0) not valid"
std::string index(const IndexState& index);            // "unique btree (a, lower(b) desc) include (c) where d"
std::string function(const FunctionState& function);   // "f(integer, text) returns text, sql, immutable"
std::string bound(const PartitionBound& bound);        // "values from ('a') to ('b')"
std::string partition_key(const PartitionKey& key);    // "range (a, b)"
std::string expression(const Expr& expression);        // as written; a sketch of it where nothing was written

}  // namespace mlint::describe
