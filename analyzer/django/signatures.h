#pragma once

#include <string>
#include <string_view>
#include <vector>

// The operations that mlint knows, by the class that makes them, as data: Django's own with their parameters, and those
// of well-known packages with what they do to the database.
namespace mlint::django {

struct OperationClass {
  std::string_view type;        // "AddField"
  std::string_view parameters;  // in positional order, separated by blanks; behind a '*' by keyword only
  std::string_view extension;   // of CREATE EXTENSION, where the class alone names it
  std::string_view package;     // dotted, of other packages; empty: Django's
  std::string_view known_as;    // what it does in terms of Django's; empty: the type itself
  std::string_view note;        // why known_as is not all of it
};

// Django's aliases folded: "django.db.migrations.operations.fields.AddField" is "django.db.migrations.AddField".
std::string canonical_class(std::string_view dotted);

// Null: no operation that mlint knows. `canonical` as canonical_class() gives it.
const OperationClass* find_operation_class(std::string_view canonical);

std::vector<std::string_view> parameters_of(const OperationClass& operation);

}  // namespace mlint::django
