#pragma once

#include <string_view>
#include <vector>

#include "parsers/python/evaluate.h"
#include "parsers/python/module.h"

namespace mlint::py {

// How a function is called, as far as that is known.
struct InCall {
  std::vector<Bound> bound;            // its parameters
  std::vector<Bound> enclosing;        // names of the function that it stands in
  bool whole = false;                  // a parameter that is not bound has its default
  Evaluator::Answer answer = nullptr;  // what some calls inside give; null where it does not know
};

Body read_called_body(std::string_view source, const Module& module, Span function, const ParseOptions& options,
                      const InCall& call);

// The functions that stand in the body of this one, which it may return.
std::vector<Function> read_functions_inside(std::string_view source, const Module& module, Span function,
                                            const ParseOptions& options);

}  // namespace mlint::py
