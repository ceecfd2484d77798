#pragma once

#include <functional>
#include <string_view>

#include "analyzer/schema/schema.h"

// Whether policies and rules read a relation, or a column of it.
namespace mlint {

using IsRelation = std::function<bool(const QualifiedName&)>;

// `column` empty: any.
bool reads(const PolicyState& policy, const IsRelation& relation, std::string_view column);
bool reads(const RuleState& rule, const IsRelation& relation, std::string_view column);

}  // namespace mlint
