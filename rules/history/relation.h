#pragma once

#include <utility>
#include <vector>

#include "analyzer/django/migration.h"

namespace mlint::rules {

// The targets that an operation's relation fields write out: the argument `to`, whatever it is. A class of the
// project counts as what it comes down to, so that a JSON field with an argument `to` is no relation.
std::vector<const py::Value*> relation_targets(const django::ModelOperation& operation,
                                               const django::ProjectNames& names);

}  // namespace mlint::rules
