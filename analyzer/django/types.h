#pragma once

#include <string>
#include <string_view>

#include "analyzer/operation/expression.h"

// PostgreSQL's types as Django spells them, and numbers as Python does.
namespace mlint::django {

// As sql::parse_type, without the parser for what Django's own fields need.
TypeName type_name(std::string_view text);

std::string lower_case_uuid(std::string_view text);  // with its four dashes
// The exact value of a float, rounded to so many significant digits: what Decimal makes of it.
std::string exact_decimal(double value, int digits);

}  // namespace mlint::django
