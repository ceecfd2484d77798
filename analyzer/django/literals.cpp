#include "analyzer/django/literals.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analyzer/django/json_dumps.h"
#include "analyzer/django/types.h"

namespace mlint::django {
namespace {

std::string_view type_of_integer(std::string_view digits) {
  if (digits.starts_with('-')) digits.remove_prefix(1);
  if (digits.size() < 10 || (digits.size() == 10 && digits <= "2147483647")) return "int4";
  return "numeric";
}

Expr constant(std::string_view text, std::string_view type) {
  Expr expr;
  expr.kind = Expr::Kind::constant;
  expr.name = std::string(text);
  expr.type.name.name = std::string(type);
  expr.text = std::string(text);
  return expr;
}

Literal make(std::string text, Expr expr, Literal::Kind kind = Literal::Kind::constant) {
  expr.text = text;
  return {kind, std::move(text), std::move(expr), {}};
}

// psycopg 2 puts a blank before a minus, lest "x - -1" becomes a comment.
Literal number(std::string text) {
  const bool integral = text.find_first_of(".eE") == std::string::npos;
  Expr expr = constant(text, integral ? type_of_integer(text) : "numeric");
  if (text.starts_with('-')) text.insert(text.begin(), ' ');
  return make(std::move(text), std::move(expr));
}

Literal boolean_literal(bool value) {
  const std::string text = value ? "true" : "false";
  return make(text, constant(text, "bool"));
}

Literal cast_literal(std::string_view value, std::string_view type, Literal::Kind kind = Literal::Kind::constant) {
  std::string text = quote_string(value) + "::" + std::string(type);
  Expr expr;
  expr.kind = Expr::Kind::cast;
  expr.type = type_name(type);
  expr.arguments.push_back(string_constant(value));
  return make(std::move(text), std::move(expr), kind);
}

Literal unread(std::string reason) {
  Literal literal = string_literal("?");
  literal.kind = Literal::Kind::unread;
  literal.reason = std::move(reason);
  return literal;
}

std::optional<int> integer_argument(const py::Call& call, std::size_t index) {
  if (index >= call.arguments.size()) return std::nullopt;
  const auto* number_value = call.arguments[index].as<py::Integer>();
  if (number_value == nullptr) return std::nullopt;
  return std::atoi(number_value->digits.c_str());
}

std::string time_text(const py::Call& call, std::size_t first) {
  const int hour = integer_argument(call, first).value_or(0), minute = integer_argument(call, first + 1).value_or(0);
  const int second = integer_argument(call, first + 2).value_or(0);
  const int micro = integer_argument(call, first + 3).value_or(0);
  std::string text = fmt::format("{:02}:{:02}:{:02}", hour, minute, second);
  if (micro != 0) text += fmt::format(".{:06}", micro);
  return text;
}

std::string date_text(const py::Call& call) {
  return fmt::format("{:04}-{:02}-{:02}", integer_argument(call, 0).value_or(1), integer_argument(call, 1).value_or(1),
                     integer_argument(call, 2).value_or(1));
}

bool all_integers(const py::Call& call) {
  for (const py::Value& argument : call.arguments) {
    if (!argument.is<py::Integer>()) return argument.is<py::Name>() || argument.is<py::Attribute>();
  }
  return true;
}

bool ends_with_part(std::string_view dotted, std::string_view part) {
  return dotted == part || (dotted.ends_with(part) && dotted[dotted.size() - part.size() - 1] == '.');
}

Literal interval_literal(const py::Call& call) {
  long days = integer_argument(call, 0).value_or(0);
  double seconds = integer_argument(call, 1).value_or(0);
  for (const py::Keyword& keyword : call.keywords) {
    double amount = 0;
    if (const auto* n = keyword.value->as<py::Integer>()) {
      amount = std::atof(n->digits.c_str());
    } else if (const auto* f = keyword.value->as<py::Float>()) {
      amount = f->value;
    } else {
      return unread("a timedelta could not be evaluated");
    }
    if (keyword.name == "days") seconds += amount * 86400;
    if (keyword.name == "weeks") seconds += amount * 604800;
    if (keyword.name == "hours") seconds += amount * 3600;
    if (keyword.name == "minutes") seconds += amount * 60;
    if (keyword.name == "seconds") seconds += amount;
    if (keyword.name == "milliseconds") seconds += amount / 1000;
    if (keyword.name == "microseconds") seconds += amount / 1000000;
  }
  const double whole_days = std::floor(seconds / 86400);
  days += static_cast<long>(whole_days);
  return cast_literal(fmt::format("{} days {:.6f} seconds", days, seconds - whole_days * 86400), "interval");
}

bool is_integer(Internal internal) {
  switch (internal) {
    case Internal::auto_:
    case Internal::big_auto:
    case Internal::small_auto:
    case Internal::integer:
    case Internal::big_integer:
    case Internal::small_integer:
    case Internal::positive_integer:
    case Internal::positive_big_integer:
    case Internal::positive_small_integer:
    case Internal::order_wrt:
      return true;
    default:
      return false;
  }
}

Literal stamp(const std::string& text, const Field* field) {
  const bool naive = field != nullptr && field->naive;
  return naive ? cast_literal(text, "timestamp") : cast_literal(text + "+00:00", "timestamptz");
}

// A call of a standard class: datetime.date(…), Decimal("…"), uuid.UUID("…").
std::optional<Literal> call_literal(const py::Call& call, std::string_view dotted, const Field* field) {
  if (ends_with_part(dotted, "Decimal") && call.arguments.size() == 1) {
    // int() of it, in a column of integers
    const bool cut = field != nullptr && is_integer(field->internal);
    if (const auto* text = call.arguments[0].as<py::String>()) {
      return number(cut ? text->text.substr(0, text->text.find('.')) : text->text);
    }
    if (const auto* whole = call.arguments[0].as<py::Integer>()) return number(whole->digits);
  }
  if (ends_with_part(dotted, "datetime.datetime") || dotted == "datetime") {
    if (!all_integers(call)) return std::nullopt;
    const std::string text = date_text(call) + "T" + time_text(call, 3);
    if (field != nullptr && field->internal == Internal::date) return cast_literal(text.substr(0, 10), "date");
    return stamp(text, field);
  }
  if (ends_with_part(dotted, "datetime.date") || dotted == "date") {
    if (!all_integers(call)) return std::nullopt;
    if (field != nullptr && field->internal == Internal::date_time) {
      return stamp(date_text(call) + "T00:00:00", field);
    }
    return cast_literal(date_text(call), "date");
  }
  if (ends_with_part(dotted, "datetime.time") || dotted == "time") {
    if (!all_integers(call)) return std::nullopt;
    return cast_literal(time_text(call, 0), "time");
  }
  if (ends_with_part(dotted, "timedelta")) return interval_literal(call);
  if (ends_with_part(dotted, "uuid.UUID") && call.arguments.size() == 1) {
    if (const auto* text = call.arguments[0].as<py::String>()) return cast_literal(lower_case_uuid(text->text), "uuid");
  }
  return std::nullopt;
}

Literal standing_in(const Field& field, std::string_view what) {
  const auto kind = Literal::Kind::volatile_;
  switch (field.internal) {
    case Internal::date_time:
      return cast_literal("now", field.naive ? "timestamp" : "timestamptz", kind);
    case Internal::date:
      return cast_literal("now", "date", kind);
    case Internal::time:
      return cast_literal("now", "time", kind);
    case Internal::uuid:
      return cast_literal("00000000-0000-4000-8000-000000000000", "uuid", kind);
    case Internal::json:
      return cast_literal("{}", "jsonb", kind);
    case Internal::boolean:
    case Internal::null_boolean: {
      Literal literal = boolean_literal(false);
      literal.kind = kind;
      return literal;
    }
    case Internal::auto_:
    case Internal::big_auto:
    case Internal::small_auto:
    case Internal::integer:
    case Internal::big_integer:
    case Internal::small_integer:
    case Internal::positive_integer:
    case Internal::positive_big_integer:
    case Internal::positive_small_integer:
    case Internal::decimal:
    case Internal::float_: {
      Literal literal = number(field.internal == Internal::float_ ? "0.0" : "0");
      literal.kind = kind;
      return literal;
    }
    default: {
      Literal literal = string_literal(fmt::format("<{}>", what));
      literal.kind = kind;
      return literal;
    }
  }
}

bool is_text(Internal internal) {
  return internal == Internal::char_ || internal == Internal::slug || internal == Internal::text ||
         internal == Internal::file;
}

std::optional<Literal> array_literal(const Field& field, const py::Values& items, const Version& version) {
  if (items.empty()) return string_literal("{}");
  std::string text = "ARRAY[";
  Expr expr;
  expr.kind = Expr::Kind::array;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Literal item = field.base ? literal_for(*field.base, items[i], version) : plain_literal(items[i], version);
    if (item.kind == Literal::Kind::unread) return std::nullopt;
    if (i > 0) text += ",";
    text += item.text;
    expr.arguments.push_back(item.expr);
  }
  text += "]";
  return make(std::move(text), std::move(expr));
}

Literal json_literal(const py::Value& value, const Version& version) {
  const std::optional<std::string> json = json_dumps(value);
  if (!json) return unread("a JSON value could not be evaluated");
  return version >= Version{5, 1} ? cast_literal(*json, "jsonb") : string_literal(*json);
}

Literal decimal_literal(const Field& field, const py::Value& value) {
  if (const auto* n = value.as<py::Integer>()) return number(n->digits);
  if (const auto* s = value.as<py::String>()) return number(s->text);
  if (const auto* f = value.as<py::Float>()) {
    // Context(prec=max_digits).create_decimal_from_float(): the float's exact value, cut to max_digits digits
    if (f->value == 0) return number("0");
    const int digits = field.max_digits > 0 ? field.max_digits : 28;
    return number(exact_decimal(f->value, digits));
  }
  return unread("a decimal could not be evaluated");
}

// Values of a column whose type decides the spelling.
std::optional<Literal> typed_literal(const Field& field, const py::Value& value, const Version& version) {
  const auto* text = value.as<py::String>();
  const auto* whole = value.as<py::Integer>();
  const auto* flag = value.as<py::Boolean>();
  if (is_integer(field.internal)) {
    if (flag != nullptr) return number(flag->value ? "1" : "0");
    if (text != nullptr && !text->text.empty()) return number(text->text);
    if (const auto* f = value.as<py::Float>()) return number(fmt::format("{:.0f}", std::trunc(f->value)));
    return std::nullopt;
  }
  switch (field.internal) {
    case Internal::json:
      return json_literal(value, version);
    case Internal::decimal:
      if (whole != nullptr || text != nullptr || value.is<py::Float>()) return decimal_literal(field, value);
      return std::nullopt;
    case Internal::float_:
      if (whole != nullptr) return number(whole->digits + ".0");
      return std::nullopt;
    case Internal::boolean:
    case Internal::null_boolean:
      if (whole != nullptr) return boolean_literal(whole->digits != "0");
      if (text != nullptr) return boolean_literal(text->text == "True" || text->text == "t" || text->text == "1");
      return std::nullopt;
    case Internal::uuid:
      if (text != nullptr) return cast_literal(lower_case_uuid(text->text), "uuid");
      return std::nullopt;
    case Internal::ip_address:
      if (text != nullptr) return cast_literal(text->text, "inet");
      return std::nullopt;
    case Internal::date:
      if (text != nullptr) return cast_literal(text->text, "date");
      return std::nullopt;
    case Internal::time:
      if (text != nullptr) return cast_literal(text->text.size() == 5 ? text->text + ":00" : text->text, "time");
      return std::nullopt;
    case Internal::array:
      if (const auto* list = value.as<py::List>()) return array_literal(field, list->items, version);
      if (const auto* tuple = value.as<py::Tuple>()) return array_literal(field, tuple->items, version);
      return std::nullopt;
    case Internal::binary:
      if (const auto* bytes = value.as<py::Bytes>()) {
        std::string hex = "\\x";
        for (const char c : bytes->data) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
        return cast_literal(hex, "bytea");
      }
      return std::nullopt;
    default:
      break;
  }
  if (is_text(field.internal)) {
    if (whole != nullptr) return string_literal(whole->digits);
    if (flag != nullptr) return string_literal(flag->value ? "True" : "False");
    if (const auto* f = value.as<py::Float>()) return string_literal(float_repr(f->value));
    // A package's JSON field on a text column
    if (field.path.ends_with("JSONField")) {
      if (const auto json = json_dumps(value)) return string_literal(*json);
    }
    if (value.is<py::List>() || value.is<py::Dict>() || value.is<py::Tuple>()) return std::nullopt;
  }
  if (field.type_text == "hstore") {
    if (const auto* dict = value.as<py::Dict>(); dict != nullptr && dict->items.empty()) {
      return cast_literal("", "hstore");
    }
  }
  return std::nullopt;
}

// What a class of the project makes of a value is not known, but that of the same value it makes the same.
Literal converted(const Field& field, const py::Value& value) {
  std::string text = fmt::format("<{}({})>", field.converter, repr(value));
  std::replace(text.begin(), text.end(), '\'', '`');
  return string_literal(text);
}

py::Value empty_of(std::string_view callable) {
  py::Value value;
  if (callable == "dict" || callable == "builtins.dict" || callable == "collections.OrderedDict") {
    value.kind = py::Dict{};
  } else if (callable == "list" || callable == "builtins.list") {
    value.kind = py::List{};
  } else if (callable == "str") {
    value.kind = py::String{};
  } else if (callable == "int") {
    value.kind = py::Integer{"0"};
  } else if (callable == "float") {
    value.kind = py::Float{0};
  } else if (callable == "bool") {
    value.kind = py::Boolean{false};
  } else {
    value.kind = py::Unknown{};
  }
  return value;
}

}  // namespace

std::string quote_string(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += '\'';
    quoted += c;
  }
  quoted += '\'';
  return quoted;
}

Expr string_constant(std::string_view text) {
  Expr expr = constant(text, "unknown");
  expr.text = quote_string(text);
  return expr;
}

Literal string_literal(std::string_view text) { return make(quote_string(text), string_constant(text)); }

Literal plain_literal(const py::Value& value, const Version& version) {
  if (value.is<py::None>()) return make("NULL", constant("NULL", "null"));
  if (const auto* b = value.as<py::Boolean>()) return boolean_literal(b->value);
  if (const auto* n = value.as<py::Integer>()) return number(n->digits);
  if (const auto* f = value.as<py::Float>()) return number(float_repr(f->value));
  if (const auto* s = value.as<py::String>()) return string_literal(s->text);
  if (const auto* call = value.as<py::Call>()) {
    if (auto literal = call_literal(*call, py::dotted_name(value), nullptr)) return *std::move(literal);
  }
  if (const auto* list = value.as<py::List>()) {
    if (auto literal = array_literal(Field{}, list->items, version)) return *std::move(literal);
  }
  return unread("`" + repr(value) + "` could not be evaluated");
}

Literal literal_for(const Field& field, const py::Value& value, const Version& version) {
  if (value.is<py::None>()) return field.of_none == OfNone::something ? converted(field, value) : Literal();
  if (!field.converter.empty()) return converted(field, value);
  if (field.generated() && field.base) return literal_for(*field.base, value, version);
  if (const auto* name = value.as<py::Name>()) {
    const py::Value called = empty_of(name->dotted);
    if (!called.is<py::Unknown>()) return literal_for(field, called, version);
    return standing_in(field, name->dotted + "()");
  }
  if (value.is<py::Lambda>()) return standing_in(field, "lambda");
  if (auto typed = typed_literal(field, value, version)) return *std::move(typed);
  if (const auto* call = value.as<py::Call>()) {
    const std::string_view dotted = py::dotted_name(value);
    if (auto literal = call_literal(*call, dotted, &field)) return *std::move(literal);
    return standing_in(field, std::string(dotted) + "()");
  }
  if (value.is<py::Unknown>() || value.is<py::Attribute>()) return standing_in(field, "unknown");
  return plain_literal(value, version);
}

Literal effective_default(const Field& field, const Field& concrete, const py::Value* default_value,
                          const Version& version) {
  if (default_value != nullptr) {
    // get_default() of a callable that nobody can call here is taken to return a value
    return literal_for(concrete, *default_value, version);
  }
  if (field.generated()) return {};
  if (!field.null && field.blank && field.empty_strings_allowed) {
    if (field.internal == Internal::binary) return cast_literal("\\x", "bytea");
    if (!field.converter.empty()) return converted(field, py::Value{py::String{}, {}, {}});
    return field.internal == Internal::json ? json_literal(py::Value{py::String{}, {}, {}}, version)
                                            : string_literal("");
  }
  // JSONField.get_db_prep_value() writes JSON's null from 4.2 on.
  if (field.json_none && version >= Version{4, 2}) return json_literal(py::Value{py::None{}, {}, {}}, version);
  if (field.auto_now || field.auto_now_add) return standing_in(field, "now");
  return literal_for(concrete, {}, version);
}

}  // namespace mlint::django
