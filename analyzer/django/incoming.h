#pragma once

#include <vector>

#include "analyzer/django/columns.h"

namespace mlint::django {

// A relation that points at a field that changes: the same field in the state before and after.
struct Incoming {
  Bound old_field, new_field;
};

// _related_non_m2m_objects(): those that follow the type of the field; from 4.0 on through chains of keys.
std::vector<Incoming> incoming_keys(const Bound& old_field, const Bound& new_field, const StateSettings& settings);

}  // namespace mlint::django
