#pragma once

#include <string>
#include <vector>

#include "analyzer/django/migration.h"

namespace mlint::rules {

// The targets that an operation's relation fields write out: the argument `to`, whatever it is. A class of the
// project counts as what it comes down to, so that a JSON field with an argument `to` is no relation.
std::vector<const py::Value*> relation_targets(const django::ModelOperation& operation,
                                               const django::ProjectNames& names);

// It writes "auth.User" where the project, whose AUTH_USER_MODEL is given, has another: literal-user-model says so.
bool is_replaced_user(const py::Value& target, const std::string& user_model);

// It leads to the user model: swappable_dependency(settings.AUTH_USER_MODEL), or of a name of which the value is not
// known here.
bool may_lead_to_user(const django::Dependency& dependency, const std::string& user_model);

}  // namespace mlint::rules
