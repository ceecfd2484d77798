#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/operation/operation.h"
#include "parsers/sql/lexer.h"
#include "parsers/sql/newer.h"
#include "parsers/sql/node.h"

// From libpg_query's tree to operations. The tree has starts of most nodes and ends of none: spans and texts as written
// come from the tokens of the statement.
namespace mlint::sql {

struct Reading {
  std::string_view text;               // of the whole input
  std::uint32_t base = 0;              // where the tree's text begins in it: its locations count from there
  Tokens tokens;                       // of the statement
  const Adapted* adapted = nullptr;    // the tree is of a rewritten text: its locations are translated
  std::vector<std::string> ctes;       // names of CTEs in scope
  mutable std::size_t last_token = 0;  // that token_at found
  Query::RowLock outer_lock = Query::RowLock::none;  // FOR UPDATE around the subquery in FROM that is read next
};

// --- places
std::size_t token_at(const Reading& reading, std::uint32_t offset);  // first token at or after an offset
std::uint32_t offset_of(const Reading& reading, Node node);          // of a node with a location
const NewerFact* newer_fact(const Reading& reading, NewerFact::Kind kind, Span within);
std::string slice(const Reading& reading, Span span);
Span span_of_tokens(const Reading& reading, std::size_t first, std::size_t last);  // half-open
bool word_at(const Reading& reading, std::size_t token, std::string_view lower_case_word);
bool punctuation_at(const Reading& reading, std::size_t token, char c);
// Behind the dotted name that begins at a token.
std::size_t after_name(const Reading& reading, std::size_t token);
std::size_t after_type(const Reading& reading, std::size_t token);
// First comma, closing bracket or end at the depth of `token`.
std::size_t end_of_item(const Reading& reading, std::size_t token);
Span inside_brackets(const Reading& reading, std::size_t open);

// --- names and values
QualifiedName read_name(Node list);  // of String nodes
QualifiedName read_relation_name(Node range_var);
RelationRef read_relation(const Reading& reading, Node range_var);
TypeName read_type(const Reading& reading, Node type_name);
std::string name_in(Node node);  // of String, or of the TypeName or ObjectWithArgs whose last name it is
QualifiedName read_any_name(Node node);
std::vector<std::string> read_strings(Node list);
Options read_options(Node list);     // of DefElem
std::string read_value(Node value);  // of a DefElem, as text
std::string read_role(Node role_spec);
std::vector<std::string> read_roles(Node list);

// --- expressions and queries
Expr read_expression(Reading& reading, Node node);
Expr read_expression_text(Reading& reading, Node node, Span text);
std::shared_ptr<const Query> read_query(Reading& reading, Node statement);  // {"SelectStmt": …}; null for anything else

// --- tables
Constraint read_constraint(Reading& reading, Node constraint, std::size_t end_token);
void read_constraints(Reading& reading, Node list, std::size_t end_token, std::vector<Constraint>& out);
Column read_column(Reading& reading, Node column, std::size_t end_token);
IndexElement read_index_element(Reading& reading, Node element, Span text);
PartitionBound read_bound(Reading& reading, Node bound);
OperationKind read_create_table(Reading& reading, Node body);
OperationKind read_create_index(Reading& reading, Node body);
OperationKind read_alter_table(Reading& reading, Node body);

// --- statements
ObjectKind object_kind(Key object_type);
RelationKind relation_kind(Key object_type);
OperationKind read_object_statement(Reading& reading, Key tag, Node body);
// One statement; CREATE SCHEMA may give more.
std::vector<Operation> read_statement(Reading& reading, Node statement);

}  // namespace mlint::sql
