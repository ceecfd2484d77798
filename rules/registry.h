#pragma once

#include <span>

#include "analyzer/lint/rule.h"

// Every rule, once: rules.def lists them, this header declares them, registry.cpp makes the table. A listed rule
// without a file fails to link; a rule that is not listed fails to compile (an unused constant).
namespace mlint::rules {

#define MLINT_RULE(name) extern const Rule name;
#include "rules/rules.def"
#undef MLINT_RULE

std::span<const Rule* const> all();

}  // namespace mlint::rules
