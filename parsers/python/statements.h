#pragma once

#include <string_view>
#include <vector>

#include "parsers/python/module.h"

// Statements that stand in no function of their own.
namespace mlint::py {

// Of a module, as if it were the body of a function; a list that is changed stands for what it was made with.
Body read_statements(std::string_view source, const ParseOptions& options);

// A lambda is a function whose only statement returns its expression.
struct LambdaBody {
  std::vector<Parameter> parameters;
  Body body;
};
LambdaBody read_lambda(std::string_view source, const Module& module, Span lambda, const ParseOptions& options);

}  // namespace mlint::py
