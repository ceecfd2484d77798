#pragma once

#include <optional>
#include <vector>

#include "analyzer/operation/expression.h"
#include "analyzer/operation/routine.h"
#include "analyzer/schema/schema.h"

// Which argument of a call is which parameter's.
namespace mlint {

const Expr& value_of(const Expr& argument);  // behind name =>

struct Argument {
  const FunctionParameter* parameter = nullptr;
  const Expr* value = nullptr;  // null: its default
};
// In the order of the parameters, without a variadic one. Nothing where the call does not fit: too many, too few, a
// name that is no parameter's (func_get_detail). Types are not looked at.
std::optional<std::vector<Argument>> bind_arguments(const CreateFunction& function, const std::vector<Expr>& arguments);

// The overloads that number and names of the arguments allow; all of them where none fits.
std::vector<const FunctionState*> called(const Schema& schema, const QualifiedName& name,
                                         const std::vector<Expr>& arguments);

}  // namespace mlint
