#include <algorithm>
#include <optional>
#include <string>

#include "analyzer/effect/body.h"
#include "analyzer/effect/derive.h"
#include "analyzer/schema/arguments.h"
#include "analyzer/schema/expressions.h"
#include "parsers/sql/plpgsql_structure.h"

// SQL inside SQL: DO, CALL, functions whose body is known.
namespace mlint::effect {
namespace {

constexpr int depth_limit = 8;

// Counted as the server does in its errors: from the opening quote.
std::ptrdiff_t line_of(std::string_view text, Span span) {
  return 1 + std::count(text.begin(), text.begin() + std::min<std::ptrdiff_t>(span.begin, std::ssize(text)), '\n');
}

// What in a body is not understood is told with its line.
void tell_unparsed(Derivation& d, const Unparsed& statement, std::string_view text, Span span) {
  d.opaque();
  d.assume("line " + std::to_string(line_of(text, span)) + " of the body: " + statement.message);
}

void note_new_name(FormerNames& former, const Operation& operation, const Schema& before) {
  QualifiedName from, to;
  if (const auto* rename = operation.as<Rename>(); rename && rename->old_name.empty()) {
    from = to = before.resolve(rename->relation);
    to.name = rename->new_name;
  } else if (const auto* moved = operation.as<SetSchema>()) {
    from = to = before.resolve(moved->name);
    to.schema = moved->schema;
  }
  if (!before.find(from)) return;
  const auto earlier = former.find(from);
  former[to] = earlier == former.end() ? from : earlier->second;
}

// The statements of a body in order; what branches, loops and handlers do is all taken to be done.
void run_body(Derivation& d, const std::string& text, const sql::ParsedSql& body) {
  if (d.depth >= depth_limit) return d.opaque();
  BodySchema along(d.schema, d.server.version);
  FormerNames former;
  for (const sql::ParsedStatement& statement : body.statements) {
    const Schema& inner = along.before(statement);
    for (const Operation& operation : statement.operations) {
      if (const auto* transaction = operation.as<Transaction>()) {
        const bool ends =
            transaction->kind == Transaction::Kind::commit || transaction->kind == Transaction::Kind::rollback;
        if (ends && d.schema.in_transaction())
          d.fail("COMMIT and ROLLBACK inside a body cannot run in a transaction block");
        continue;
      }
      if (const auto* unparsed = operation.as<Unparsed>()) {
        tell_unparsed(d, *unparsed, text, operation.span);
        along.apply(operation, statement);
        continue;
      }
      Derivation nested(operation, inner, d.server);
      nested.depth = d.depth + 1;
      nested.bodies = d.bodies;
      nested.used = d.used;
      dispatch(nested, operation);
      const Effects effects = nested.finish();
      if (statement.handler && !(effects.locks.empty() && effects.work.empty())) {
        d.assume("the EXCEPTION handlers of the body are taken to run");
      }
      if (effects.refused_in_transaction) {
        d.effects.refused_in_transaction = true;
        d.fail("a statement in the body cannot be executed from a function");
      }
      d.merge(effects, inner, former);
      note_new_name(former, operation, inner);
      along.apply(operation, statement);
    }
  }
}

void lock_names(Derivation& d, const Query& query, int depth = 0) {
  for (const RelationRef& ref : query.from) {
    const bool of =
        query.row_lock_of.empty() || contains(query.row_lock_of, ref.alias.empty() ? ref.name.name : ref.alias);
    if (query.row_lock != Query::RowLock::none && of) d.lock(Fact::query_row_lock, d.target(ref.name));
  }
  for (const auto& inner : query.subqueries) {
    if (inner && depth < 32) lock_names(d, *inner, depth + 1);
  }
  if (depth > 0) return;
  for_each_relation(query, [&](const RelationRef& ref, bool written) {
    d.lock(written ? Fact::create_function_written : Fact::create_function_read, d.target(ref.name));
  });
}

// The parameters that constants are given for: what EXECUTE in the body makes of them is known then.
sql::Bindings constants_for(const CreateFunction& function, const std::vector<Expr>& arguments) {
  sql::Bindings constants;
  const auto bound = bind_arguments(function, arguments);
  if (!bound) return constants;
  std::size_t number = 0;
  for (const Argument& argument : *bound) {
    ++number;
    const Expr* value = argument.value;
    while (value && value->kind == Expr::Kind::cast && value->arguments.size() == 1) value = value->arguments.data();
    if (!value || value->kind != Expr::Kind::constant || value->type.name.name == "null") continue;
    if (!argument.parameter->name.empty()) constants[argument.parameter->name] = value->name;
    constants["$" + std::to_string(number)] = value->name;
  }
  return constants;
}

}  // namespace

void derive_body(Derivation& d, const CreateFunction& function, const std::vector<Expr>& arguments) {
  sql::Bindings constants;
  QualifiedName read = function.name;  // each overload once, or once for each set of constants
  for (const FunctionParameter& parameter : function.parameters) read.name += "\n" + parameter.type.name.name;
  if (function.language == "plpgsql") {
    constants = constants_for(function, arguments);
    for (const auto& [name, value] : constants) read.name += "\n" + name + "\n" + value;
  }
  if (!d.bodies->insert(read).second) return;
  if (function.language == "plpgsql") return run_body(d, function.body, sql::parse_plpgsql(function.body, constants));
  if (function.language != "sql") {
    if (function.language != "c" && function.language != "internal") d.opaque();
    return;
  }
  if (!function.sql.empty()) {
    for (const auto& query : function.sql) {
      if (query) derive_query(d, *query);
    }
    return;
  }
  run_body(d, function.body, sql::parse(function.body));
}

namespace {

// What the server does not compile is not read either.
std::optional<std::string> problem_of(const std::string& body) {
  const std::optional<sql::Problem> problem = sql::plpgsql_problem(body);
  if (!problem) return std::nullopt;
  return "line " + std::to_string(line_of(body, problem->span)) + " of the body: " + problem->message;
}

}  // namespace

void derive(Derivation& d, const CreateFunction& operation) {
  const auto problem = operation.language == "plpgsql" ? problem_of(operation.body) : std::nullopt;
  if (problem) {
    d.opaque();
    d.assume(*problem + ": it is refused unless check_function_bodies is off");
  }
  if (operation.language != "sql") return;
  for (const auto& query : operation.sql) {
    if (query) lock_names(d, *query);
  }
}

void derive(Derivation& d, const Do& operation) {
  if (!operation.language.empty() && operation.language != "plpgsql") {
    d.assume("a body in language " + quoted(operation.language) + " is not read");
    return d.opaque();
  }
  if (const auto problem = problem_of(operation.body)) {
    d.fail(*problem);
    return d.opaque();
  }
  run_body(d, operation.body, sql::parse_plpgsql(operation.body));
}

void derive(Derivation& d, const Call& operation) {
  for (const Expr& argument : operation.arguments) run_expression(d, argument);
  const auto defined = called(d.schema, operation.function, operation.arguments);
  if (defined.empty()) {
    d.assume("what procedure " + quoted(operation.function) + "() does is not known here");
    return d.opaque();
  }
  for (const FunctionState* function : defined) derive_body(d, function->definition, operation.arguments);
}

void derive(Derivation& d, const Execute& operation) {
  d.assume("the prepared statement " + quoted(operation.name) + " is not known here");
}

void derive(Derivation& d, const SessionCommand& operation) {
  if (operation.what == "DISCARD ALL") d.refuse(Fact::discard_all_refused);
}

void derive(Derivation& d, const Transaction& operation) {
  using Kind = Transaction::Kind;
  if (operation.kind == Kind::commit_prepared || operation.kind == Kind::rollback_prepared)
    d.refuse(Fact::end_prepared_refused);
}
void derive(Derivation&, const SetVariable&) {}
void derive(Derivation&, const SetConstraints&) {}

void derive(Derivation& d, const Unparsed& operation) {
  d.opaque();
  d.assume(operation.message.empty() ? "the statement was not understood" : operation.message);
}

void derive(Derivation& d, const Opaque& operation) {
  d.opaque();
  d.assume(operation.reason);
}

}  // namespace mlint::effect
