#pragma once

#include <string>
#include <vector>

#include "analyzer/operation/expression.h"
#include "analyzer/schema/schema.h"

// Whether an expression has to be computed anew for each row.
namespace mlint::effect {

struct VolatilityFacts {
  Volatility worst = Volatility::immutable;  // unknown functions are told apart below
  std::vector<std::string> unknown;          // functions whose volatility is not known, taken as volatile
  bool is_volatile() const { return worst == Volatility::volatile_ || !unknown.empty(); }
};

// After inlining: a function LANGUAGE sql that is left VOLATILE but only computes something stable is stable.
VolatilityFacts volatility_of(const Expr& expression, const Schema& schema, int version);

}  // namespace mlint::effect
