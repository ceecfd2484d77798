#pragma once

#include <string_view>
#include <vector>

#include "parsers/python/evaluate.h"
#include "parsers/python/module.h"

namespace mlint::py {

// As read_body() does, where what some calls give is known: `answer` says it, null where it does not know.
Body read_answered_body(std::string_view source, const Module& module, Span function, const ParseOptions& options,
                        const std::vector<Bound>& bound, Evaluator::Answer answer);

}  // namespace mlint::py
