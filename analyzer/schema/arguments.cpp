#include "analyzer/schema/arguments.h"

#include <algorithm>

namespace mlint {

const Expr& value_of(const Expr& argument) {
  return argument.kind == Expr::Kind::named && argument.arguments.size() == 1 ? argument.arguments[0] : argument;
}

std::optional<std::vector<Argument>> bind_arguments(const CreateFunction& function,
                                                    const std::vector<Expr>& arguments) {
  std::vector<Argument> bound;
  const FunctionParameter* variadic = nullptr;
  for (const FunctionParameter& parameter : function.parameters) {
    // CALL names the OUT parameters of a procedure too (14).
    const bool given = parameter.mode == 'i' || parameter.mode == 'b' || (function.procedure && parameter.mode == 'o');
    if (given) bound.push_back({&parameter, nullptr});
    if (parameter.mode == 'v') variadic = &parameter;
  }
  std::size_t next = 0;
  for (const Expr& argument : arguments) {
    Argument* taker = nullptr;
    if (argument.kind == Expr::Kind::named) {
      const auto named = std::find_if(bound.begin(), bound.end(),
                                      [&](const Argument& a) { return a.parameter->name == argument.name; });
      if (named != bound.end()) taker = &*named;
      if (!taker && !(variadic && variadic->name == argument.name)) return std::nullopt;
    } else if (next < bound.size()) {
      taker = &bound[next++];
    } else if (!variadic) {
      return std::nullopt;
    }
    if (!taker) continue;
    if (taker->value) return std::nullopt;
    taker->value = &value_of(argument);
  }
  for (const Argument& argument : bound)
    if (!argument.value && !argument.parameter->has_default && argument.parameter->mode != 'o') return std::nullopt;
  return bound;
}

std::vector<const FunctionState*> called(const Schema& schema, const QualifiedName& name,
                                         const std::vector<Expr>& arguments) {
  std::vector<const FunctionState*> all = schema.functions(name);
  if (all.size() < 2) return all;
  std::vector<const FunctionState*> fitting;
  for (const FunctionState* function : all)
    if (bind_arguments(function->definition, arguments)) fitting.push_back(function);
  return fitting.empty() ? all : fitting;
}

}  // namespace mlint
