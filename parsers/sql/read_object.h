#pragma once

#include <optional>
#include <string_view>

#include "parsers/sql/read.h"

// Statements that make or change an object, a family a file. A family is asked for its reader of a node's tag; null:
// none of its statements.
namespace mlint::sql {

using Reader = OperationKind (*)(Reading&, Node);

Reader relation_object_reader(Key tag);  // views, sequences, triggers, rules, policies
Reader routine_reader(Key tag);          // functions, procedures, languages
Reader user_type_reader(Key tag);        // enums, domains, composite, range and base types
Reader database_object_reader(Key tag);  // extensions, schemas, statistics, replication, roles

// The first token at or after `token` that is the word; the number of tokens when there is none.
std::size_t find_word(const Reading& reading, std::size_t token, std::string_view word);
SharedExpr optional_expression(Reading& reading, Node node, Span text);

// For a family's table of (tag, reader).
template <class Readers>
Reader reader_in(const Readers& readers, Key tag) {
  const Reader* const reader = find_named(readers, tag);
  return reader == nullptr ? nullptr : *reader;
}

}  // namespace mlint::sql
