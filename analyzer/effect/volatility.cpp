#include "analyzer/effect/volatility.h"

#include <algorithm>
#include <string_view>

#include "analyzer/schema/expressions.h"
#include "analyzer/schema/type_data.h"

namespace mlint::effect {
namespace {

constexpr int inline_depth = 16;  // of SQL functions that call SQL functions

Volatility volatility_of_letter(char letter) {
  if (letter == 'i') return Volatility::immutable;
  return letter == 's' ? Volatility::stable : Volatility::volatile_;
}

bool takes(const data::Function& function, std::size_t count) {
  if (function.arguments == "*") return true;
  if (function.arguments.empty()) return count == 0;
  const auto commas = std::count(function.arguments.begin(), function.arguments.end(), ',');
  const std::size_t declared = static_cast<std::size_t>(commas) + 1;
  if (function.arguments.ends_with(",...")) return count + 2 >= declared;
  return count <= declared && count + static_cast<std::size_t>(function.defaults) >= declared;
}

Volatility builtin_volatility(std::span<const data::Function> overloads, std::size_t arguments, int version) {
  Volatility worst = Volatility::immutable;
  bool found = false;
  for (const data::Function& function : overloads) {
    if (!takes(function, arguments)) continue;
    found = true;
    worst = std::max(worst, volatility_of_letter(function.volatility));
    if (version < 18 && function.volatility_before) {
      worst = std::max(worst, volatility_of_letter(function.volatility_before));
    }
  }
  return found ? worst : Volatility::volatile_;
}

void collect(const Expr& expression, const Schema& schema, int version, int depth, VolatilityFacts& facts);

// inline_function() of clauses.c: one SELECT of one expression and nothing else.
const Expr* inlined(const CreateFunction& function) {
  if (function.language != "sql" || function.security_definer || !function.settings.empty()) return nullptr;
  if (function.sql.size() != 1 || !function.sql[0]) return nullptr;
  const Query& query = *function.sql[0];
  const bool simple = query.kind == Query::Kind::select && query.from.empty() && query.subqueries.empty() &&
                      !query.where && query.outputs.size() == 1 && query.other_expressions.empty();
  if (!simple || query.outputs[0].kind == Expr::Kind::subquery) return nullptr;
  return &query.outputs[0];
}

void collect_call(const Expr& call, const Schema& schema, int version, int depth, VolatilityFacts& facts) {
  const QualifiedName name{call.schema, call.name};
  const bool builtin = call.schema.empty() || call.schema == "pg_catalog";
  if (call.schema != "pg_catalog") {
    const auto defined = schema.functions(name);
    if (!defined.empty()) {
      for (const FunctionState* function : defined) {
        const CreateFunction& definition = function->definition;
        if (defined.size() > 1 && definition.parameters.size() < call.arguments.size()) continue;
        const Expr* body = depth < inline_depth ? inlined(definition) : nullptr;
        if (body && definition.volatility == 'v') {
          collect(*body, schema, version, depth + 1, facts);
        } else {
          facts.worst = std::max(facts.worst, volatility_of_letter(definition.volatility));
        }
      }
      return;
    }
  }
  const auto overloads = data::find_functions(call.name);
  const bool known = std::any_of(overloads.begin(), overloads.end(),
                                 [&](const data::Function& f) { return f.extension.empty() ? builtin : true; });
  if (!known) {
    if (std::find(facts.unknown.begin(), facts.unknown.end(), call.name) == facts.unknown.end()) {
      facts.unknown.push_back(call.name);
    }
    return;
  }
  facts.worst = std::max(facts.worst, builtin_volatility(overloads, call.arguments.size(), version));
}

void collect(const Expr& expression, const Schema& schema, int version, int depth, VolatilityFacts& facts) {
  for_each_node(expression, [&](const Expr& node) {
    if (node.kind == Expr::Kind::call) collect_call(node, schema, version, depth, facts);
    if (node.kind == Expr::Kind::keyword) facts.worst = std::max(facts.worst, Volatility::stable);
  });
}

}  // namespace

VolatilityFacts volatility_of(const Expr& expression, const Schema& schema, int version) {
  VolatilityFacts facts;
  collect(expression, schema, version, 0, facts);
  return facts;
}

}  // namespace mlint::effect
