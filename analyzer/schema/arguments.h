#pragma once

#include <vector>

#include "analyzer/operation/expression.h"
#include "analyzer/operation/routine.h"
#include "analyzer/schema/schema.h"

// Which argument of a call is which parameter's.
namespace mlint {

const Expr& value_of(const Expr& argument);  // behind name =>

// In the order of the parameters; null where a parameter has none, which has a default then. Empty where the call does
// not fit: too many, too few, a name that is no parameter's (func_get_detail). Types are not looked at.
struct Argument {
  const FunctionParameter* parameter = nullptr;
  const Expr* value = nullptr;
};
std::vector<Argument> bind_arguments(const CreateFunction& function, const std::vector<Expr>& arguments, bool& fits);

// The overloads that number and names of the arguments allow; all of them where none fits.
std::vector<const FunctionState*> called(const Schema& schema, const QualifiedName& name,
                                         const std::vector<Expr>& arguments);

}  // namespace mlint
