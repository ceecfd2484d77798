#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/span.h"
#include "analyzer/operation/operation.h"

// SQL text to operations, statement by statement; what does not parse is an Unparsed operation and the others are still
// read. Knows no files: spans are bytes of the text given.
namespace mlint::sql {

// One of the ways through a control structure of a plpgsql body that may or may not be taken: a branch, the inside of a
// loop, a block that has handlers and each of them, what follows a RETURN that may run.
struct Arm {
  std::uint32_t structure = 0, number = 0;  // in the body; in the structure
  friend bool operator==(const Arm&, const Arm&) = default;
};

struct ParsedStatement {
  std::vector<Operation> operations;  // one; CREATE SCHEMA with elements has more
  Span span;                          // of the statement without surrounding blanks, comments and its semicolon
  // In a plpgsql body:
  std::vector<Arm> within;  // outermost first
  bool handler = false;     // of an EXCEPTION clause: runs only after an error
  // Of dynamic SQL whose shape constants make: what it does, `unknown_name` in place of what is not known here.
  std::vector<Operation> shape;

  bool certain() const { return within.empty(); }  // runs whenever the body does
};

inline constexpr std::string_view unknown_name = "mlint_unknown";

struct SqlComment {
  Span span;  // with its -- or /* */
};

struct Problem {  // of the text as a whole, or of one statement
  Span span;
  std::string message;  // lower case, no full stop
};

struct ParsedSql {
  std::vector<ParsedStatement> statements;
  std::vector<SqlComment> comments;
  std::vector<Problem> problems;  // a problem of a statement stands beside its Unparsed operation
};

struct ParseOptions {
  bool placeholders = false;  // %s, %(name)s and %% of a driver: RunSQL with params
};

// Total. Guards of their own keep libpg_query alive: UTF-8, NUL, operator runs, 1 MiB a statement, depth (parsed on a
// thread with a stack that is large enough). May run on any thread.
ParsedSql parse(std::string_view text, ParseOptions options = {});

// One expression, as it would stand in SELECT (…).
Expr parse_expression(std::string_view text);
// One type, as it would stand in CAST(x AS …).
TypeName parse_type(std::string_view text);

// Static parts of a plpgsql body (of DO or a function): the statements in it, with spans in the body; dynamic EXECUTE
// and what does not parse are Opaque operations with their reason. Branches that never run (IF false) are left out.
// `arguments`: constants that the function is called with, by name and as $1.
using Bindings = std::map<std::string, std::string>;
ParsedSql parse_plpgsql(std::string_view body, const Bindings& arguments = {});

}  // namespace mlint::sql
