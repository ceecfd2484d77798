#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/django/model_state.h"

// Q objects, F and function expressions as Django's compiler writes them into DDL (aliases off).
namespace mlint::django {

struct RenderedSql {
  std::string text;
  std::string reason;          // why it could not be written
  bool no_such_field = false;  // … because it names a field that the model does not have
  explicit operator bool() const { return reason.empty(); }
};

std::string unknown_field(std::string_view name, const Model& model);

// The condition of a check, an index or a constraint. Text without the parentheses that CHECK adds.
RenderedSql render_condition(const Model& model, const py::Value& condition, const Version& version);
// An expression by itself: of a generated column, of db_default.
RenderedSql render_expression(const Model& model, const py::Value& expression, const Version& version);

// One element of an index on expressions: IndexExpression's wrapping and the order of its wrappers.
struct RenderedElement {
  RenderedSql sql;     // all of it
  std::string column;  // when it is a plain column
  std::string root;    // the expression without wrappers, without its own parentheses
  std::string collation, opclass;
  bool descending = false;
  bool ordered = false;  // asc() or desc() was written
  int nulls = 0;         // -1 first, 1 last
};
RenderedElement render_element(const Model& model, const py::Value& expression, const Version& version);

// Value(…) and plain values are literals: db_default writes others in parentheses.
bool is_plain_value(const py::Value& value);

}  // namespace mlint::django
