#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/operation/operation.h"
#include "parsers/sql/lexer.h"

// Statements of PostgreSQL 16 to 19 that the linked grammar does not know, rewritten to what it knows. Asked only when
// the linked grammar has refused a text, so that it steps aside for a newer library.
namespace mlint::sql {

// What the rewritten text cannot say, at a place in the written one.
struct NewerFact {
  enum class Kind : std::uint8_t {
    not_null_constraint,  // written as a CHECK; text: the column
    not_enforced,
    virtual_column,  // written as a DEFAULT
    set_expression,  // written as SET DEFAULT
    without_overlaps,
    period,
    storage,  // text: of the column
    no_inherit,
    default_access_method,
  };
  Kind kind = Kind::not_enforced;
  std::uint32_t at = 0;  // byte in the whole text
  std::string text;
};

struct Edit {
  std::uint32_t begin = 0, end = 0;  // bytes in the statement
  std::string text;
};

class Adapted {
 public:
  std::string text;                        // of the statement, for the grammar
  std::vector<Edit> edits;                 // in order
  std::vector<NewerFact> facts;            // in order
  std::optional<OperationKind> operation;  // the statement as a whole, when nothing is left to parse
  int since = 0;                           // the PostgreSQL whose syntax it is

  std::uint32_t original(std::uint32_t offset) const;  // of a byte of `text` in the statement
  const NewerFact* fact(NewerFact::Kind kind, Span within) const;
};

struct GrammarRefusal {
  std::string_view message;
  std::uint32_t offset = 0;  // in the statement
};

// `tokens` are the statement's, in `text`; nullopt when no newer syntax is seen.
std::optional<Adapted> adapt(std::string_view text, Tokens tokens, const GrammarRefusal& refusal);

}  // namespace mlint::sql
