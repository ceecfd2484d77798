#pragma once

#include <string>
#include <string_view>

#include "analyzer/django/fields.h"
#include "analyzer/operation/expression.h"

// Values as psycopg 2 writes them into a statement.
namespace mlint::django {

struct Literal {
  enum class Kind : std::uint8_t {
    none,       // no value: None, or nothing given
    constant,   // known
    volatile_,  // from the clock, a random source or a function of the project: `text` stands for it
    unread,     // could not be evaluated
  };
  Kind kind = Kind::none;
  std::string text;
  Expr expr;
  std::string reason;

  explicit operator bool() const { return kind != Kind::none; }
  bool same(const Literal& other) const { return kind == other.kind && kind != Kind::volatile_ && text == other.text; }
};

std::string quote_string(std::string_view text);
Expr string_constant(std::string_view text);
Literal string_literal(std::string_view text);

// A Python value for a column: what get_db_prep_save() and the adapter make of it. `field` is the concrete field that
// holds the value (of a foreign key: the field it points at).
Literal literal_for(const Field& field, const py::Value& value, const Version& version);
// A value without a field: of Value(…), of the right side of a lookup on an expression.
Literal plain_literal(const py::Value& value, const Version& version);
// _effective_default(): `default`, '' of a blank string, the clock of auto_now.
Literal effective_default(const Field& field, const Field& concrete, const py::Value* default_value,
                          const Version& version);

}  // namespace mlint::django
