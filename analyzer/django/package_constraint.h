#pragma once

#include "analyzer/django/read_operation.h"

namespace mlint::django {

// Puts constraints of Django in the places of those that a well-known package or the project makes of them.
void settle_constraints(ModelOperation& operation, const ReadContext& context);

}  // namespace mlint::django
