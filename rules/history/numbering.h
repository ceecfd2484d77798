#pragma once

#include <string>

#include "analyzer/lint/rule.h"

// The numbers that names of migrations begin with.
namespace mlint::rules {

// "0042_add_note": 42; -1: it begins with none, or is a date.
int leading_number(const std::string& name);

// Tickets and the like: far higher than the app has migrations, and no order that anybody keeps to or reads from them.
bool numbers_are_of_tickets(const ProjectView& view, const std::string& app);

}  // namespace mlint::rules
