#include <array>
#include <memory>

#include "analyzer/django/columns.h"
#include "analyzer/django/expressions.h"
#include "analyzer/django/literals.h"
#include "analyzer/django/naming.h"
#include "analyzer/django/renderer.h"
#include "analyzer/django/types.h"

// F, Value, operators and database functions.
namespace mlint::django::compiler {

Renderer::Out Renderer::argument(const py::Value& value, int depth) {
  if (const auto* name = value.as<py::String>()) return column(name->text);
  return expression(value, depth + 1);
}

std::string Renderer::arguments(const py::Call& call, std::size_t first, int depth) {
  std::string joined;
  for (std::size_t i = first; i < call.arguments.size(); ++i) {
    joined += (i > first ? ", " : "") + argument(call.arguments[i], depth).sql;
  }
  return joined;
}

Renderer::Out Renderer::generic_function(const py::Call& call, std::string_view name, int depth) {
  return {std::string(name) + "(" + arguments(call, 0, depth) + ")", nullptr, false, false};
}

FieldPtr Renderer::output_field(const py::Value* value) const {
  if (value == nullptr) return nullptr;
  return make_field("output", *value,
                    {version_, model_.state().app, model_.state().name_lower, {}, nullptr, nullptr, {}});
}

Renderer::Out Renderer::cast(const py::Call& call, int depth) {
  const FieldPtr target = output_field(argument_of(call, 1, "output_field"));
  const std::string type = target ? simple_type(*target) : std::string{};
  if (type.empty() || call.arguments.empty()) {
    fail("a Cast could not be evaluated");
    return {};
  }
  const std::string inner = argument(call.arguments[0], depth).sql;
  // Cast.as_postgresql (db/models/functions/comparison.py) came with 4.0.
  if (version_ < Version{4, 0}) return {"CAST(" + inner + " AS " + type + ")", target, false, false};
  return {"(" + inner + ")::" + type, target, false, false};
}

Renderer::Out Renderer::value(const py::Call& call) {
  const py::Value* inner = argument_of(call, 0, "value");
  if (inner == nullptr) {
    fail("a Value could not be evaluated");
    return {};
  }
  const bool shaped = inner->is<py::Dict>() || inner->is<py::List>();  // only its field says how it is written
  return {literal(*inner, shaped ? output_field(argument_of(call, 1, "output_field")) : nullptr), nullptr, false,
          false};
}

// When(condition, then=…) and When(a__gt=1, then=…)
std::string Renderer::when(const py::Value& value, int depth) {
  const auto* call = value.as<py::Call>();
  const py::Value* then = call == nullptr ? nullptr : argument_of(*call, 1, "then");
  if (then == nullptr || last_part(py::dotted_name(value)) != "When") {
    fail("a Case could not be evaluated");
    return {};
  }
  py::Call query_call;
  query_call.callee = std::make_unique<py::Value>();
  query_call.callee->kind = py::Name{"django.db.models.Q"};
  if (const py::Value* condition = argument_of(*call, 0, "condition"))
    query_call.arguments.push_back(condition->clone());
  for (const py::Keyword& keyword : call->keywords) {
    if (keyword.name == "condition" || keyword.name == "then") continue;
    query_call.keywords.push_back({keyword.name, std::make_unique<py::Value>(keyword.value->clone())});
  }
  py::Value asked;
  asked.kind = std::move(query_call);
  return "WHEN " + condition(asked) + " THEN " + argument(*then, depth).sql;
}

Renderer::Out Renderer::case_of(const py::Call& call, int depth) {
  std::string sql = "CASE";
  for (const py::Value& each : call.arguments) sql += " " + when(each, depth);
  const py::Value* otherwise = keyword_argument(call, "default");
  sql += " ELSE " + (otherwise == nullptr ? std::string("NULL") : argument(*otherwise, depth).sql) + " END";
  return {sql, nullptr, false, false};
}

// django.db.models.lookups used as expressions: GreaterThan(F("a"), 0)
Renderer::Out Renderer::lookup_expression(const py::Call& call, std::string_view lookup, int depth) {
  if (call.arguments.size() != 2) {
    fail("a lookup could not be evaluated");
    return {};
  }
  const Out left = argument(call.arguments[0], depth);
  const py::Value& right = call.arguments[1];
  if (!right.is<py::Integer>() && !right.is<py::String>() && !right.is<py::Float>()) {
    return {lookup_sql(left, lookup, right), nullptr, false, true};
  }
  py::Call given;
  given.callee = std::make_unique<py::Value>();
  given.callee->kind = py::Name{"django.db.models.Value"};
  given.arguments.push_back(right.clone());
  py::Value wrapped;
  wrapped.kind = std::move(given);
  return {lookup_sql(left, lookup, wrapped), nullptr, false, true};
}

Renderer::Out Renderer::search_vector(const py::Call& call, int depth) {
  const py::Value* config = keyword_argument(call, "config");
  const py::Value* weight = keyword_argument(call, "weight");
  if ((config != nullptr && !config->is<py::String>()) || (weight != nullptr && !weight->is<py::String>())) {
    fail("an argument of a SearchVector could not be evaluated");
    return {};
  }
  std::string joined;
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    const Out inner = argument(call.arguments[i], depth);
    const bool text =
        inner.field && (inner.field->internal == Internal::char_ || inner.field->internal == Internal::text ||
                        inner.field->internal == Internal::slug);
    if (i > 0) joined += " || ' ' || ";
    joined += "COALESCE(" + (text ? inner.sql : "(" + inner.sql + ")::text") + ", '')";
  }
  if (config != nullptr) joined = quote_string(config->as<py::String>()->text) + "::regconfig, " + joined;
  std::string sql = "to_tsvector(" + joined + ")";
  if (weight != nullptr) sql = "setweight(" + sql + ", " + quote_string(weight->as<py::String>()->text) + ")";
  return {std::move(sql), nullptr, false, false};
}

// Functions whose arguments have names or defaults; nothing when `name` is none of them.
Renderer::Out Renderer::text_function(const py::Call& call, std::string_view name, int depth) {
  struct Named {
    std::string_view python, sql;
    std::array<std::string_view, 3> parameters;
    std::string_view last = {};  // where it is not given
  };
  static constexpr std::array known = {
      Named{"Substr", "SUBSTRING", {"expression", "pos", "length"}},
      Named{"Left", "LEFT", {"expression", "length", ""}},
      Named{"Right", "RIGHT", {"expression", "length", ""}},
      Named{"LPad", "LPAD", {"expression", "length", "fill_text"}, "' '"},
      Named{"RPad", "RPAD", {"expression", "length", "fill_text"}, "' '"},
      Named{"Repeat", "REPEAT", {"expression", "number", ""}},
      Named{"Replace", "REPLACE", {"expression", "text", "replacement"}, "''"},
      Named{"StrIndex", "STRPOS", {"string", "substring", ""}},
  };
  for (const Named& function : known) {
    if (function.python != name) continue;
    std::string joined;
    for (std::size_t i = 0; i < 3 && !function.parameters[i].empty(); ++i) {
      const py::Value* given = argument_of(call, i, function.parameters[i]);
      if (given == nullptr && function.last.empty()) break;
      joined += (i > 0 ? ", " : "") + (given == nullptr ? std::string(function.last) : argument(*given, depth).sql);
    }
    return {std::string(function.sql) + "(" + joined + ")", nullptr, false, false};
  }
  constexpr std::array hashes = {"SHA1", "SHA224", "SHA256", "SHA384", "SHA512"};
  for (const std::string_view hash : hashes) {
    if (name != hash) continue;
    std::string algorithm = "sha" + std::string(hash.substr(3));
    return {"ENCODE(DIGEST(" + arguments(call, 0, depth) + ", '" + algorithm + "'), 'hex')", nullptr, false, false};
  }
  return {};
}

// Round has a precision since 4.0; what casts a double first is not modelled.
Renderer::Out Renderer::numeric_function(const py::Call& call, std::string_view name, int depth) {
  if (call.arguments.empty()) {
    fail("an argument of `" + std::string(name) + "` could not be evaluated");
    return {};
  }
  const Out first = argument(call.arguments[0], depth);
  if (first.field == nullptr || concrete(first.field) == nullptr ||
      concrete(first.field)->internal == Internal::float_) {
    fail("the expression `" + std::string(name) + "` is not modelled for what may be a double");
    return {};
  }
  std::string sql = "ROUND(" + first.sql;
  const py::Value* precision = argument_of(call, 1, "precision");
  if (version_ >= Version{4, 0})
    sql += ", " + (precision == nullptr ? std::string("0") : argument(*precision, depth).sql);
  return {sql + ")", nullptr, false, false};
}

Renderer::Out Renderer::function(const py::Call& call, std::string_view name, int depth) {
  using Pair = std::pair<std::string_view, std::string_view>;
  static constexpr std::array simple = {
      Pair{"Lower", "LOWER"},
      Pair{"Upper", "UPPER"},
      Pair{"Coalesce", "COALESCE"},
      Pair{"Length", "LENGTH"},
      Pair{"Trim", "TRIM"},
      Pair{"LTrim", "LTRIM"},
      Pair{"RTrim", "RTRIM"},
      Pair{"Abs", "ABS"},
      Pair{"Greatest", "GREATEST"},
      Pair{"Least", "LEAST"},
      Pair{"NullIf", "NULLIF"},
      Pair{"MD5", "MD5"},
      Pair{"Reverse", "REVERSE"},
      Pair{"Ceil", "CEILING"},
      Pair{"Floor", "FLOOR"},
      Pair{"Sqrt", "SQRT"},
      Pair{"Exp", "EXP"},
      Pair{"Ln", "LN"},
      Pair{"Sign", "SIGN"},
      Pair{"Power", "POWER"},
      Pair{"Chr", "CHR"},
      Pair{"Ord", "ASCII"},
      Pair{"Degrees", "DEGREES"},
      Pair{"Radians", "RADIANS"},
      Pair{"Sin", "SIN"},
      Pair{"Cos", "COS"},
      Pair{"Tan", "TAN"},
      Pair{"ASin", "ASIN"},
      Pair{"ACos", "ACOS"},
      Pair{"ATan", "ATAN"},
      Pair{"ATan2", "ATAN2"},
      Pair{"Cot", "COT"},
      Pair{"Pi", "PI"},
      Pair{"Now", "STATEMENT_TIMESTAMP"},
      Pair{"Random", "RANDOM"},
      Pair{"RandomUUID", "GEN_RANDOM_UUID"},
  };
  static constexpr std::array lookups = {
      Pair{"Exact", "exact"},
      Pair{"IExact", "iexact"},
      Pair{"GreaterThan", "gt"},
      Pair{"LessThan", "lt"},
      Pair{"GreaterThanOrEqual", "gte"},
      Pair{"LessThanOrEqual", "lte"},
      Pair{"In", "in"},
      Pair{"Contains", "contains"},
      Pair{"IContains", "icontains"},
      Pair{"StartsWith", "startswith"},
      Pair{"IStartsWith", "istartswith"},
      Pair{"EndsWith", "endswith"},
      Pair{"IEndsWith", "iendswith"},
      Pair{"Range", "range"},
      Pair{"IsNull", "isnull"},
      Pair{"Regex", "regex"},
      Pair{"IRegex", "iregex"},
  };
  for (const auto& [python, sql] : simple) {
    if (name == python) return generic_function(call, sql, depth);
  }
  for (const auto& [python, lookup] : lookups) {
    if (name == python) return lookup_expression(call, lookup, depth);
  }
  if (Out out = text_function(call, name, depth); !out.sql.empty()) return out;
  if (name.starts_with("Extract") || name.starts_with("Trunc")) return date_function(call, name, depth);
  if (name == "Round") return numeric_function(call, name, depth);
  if (name == "Case") return case_of(call, depth);
  if (name == "Cast") return cast(call, depth);
  if (name == "SearchVector") return search_vector(call, depth);
  if (name == "TransactionNow") return {"CURRENT_TIMESTAMP", nullptr, false, false};
  if (name == "RangeBoundary") {
    const py::Value* lower = argument_of(call, 0, "inclusive_lower");
    const bool open = lower != nullptr && !is_true(lower), closed = is_true(argument_of(call, 1, "inclusive_upper"));
    return {std::string("'") + (open ? "(" : "[") + (closed ? "]" : ")") + "'", nullptr, false, false};
  }
  if (name == "Func") {
    const py::Value* given = keyword_argument(call, "function");
    if (given == nullptr || !given->is<py::String>() || keyword_argument(call, "template") != nullptr) {
      fail("a Func with a template of its own is not modelled");
      return {};
    }
    return generic_function(call, given->as<py::String>()->text, depth);
  }
  if (name == "Collate") {
    const py::Value* collation = argument_of(call, 1, "collation");
    if (collation == nullptr || !collation->is<py::String>() || call.arguments.empty()) {
      fail("a Collate could not be evaluated");
      return {};
    }
    return {argument(call.arguments[0], depth).sql + " COLLATE " + quote_name(collation->as<py::String>()->text),
            nullptr, false, false};
  }
  // A function of the project's own, written as Func writes it.
  const auto* callee = call.callee->as<py::Name>();
  const ProjectClass* own = callee == nullptr ? nullptr : find_project_class(model_.settings().names, callee->dotted);
  if (own != nullptr && !own->function.empty() && !own->own_template)
    return generic_function(call, own->function, depth);
  fail("the expression `" + std::string(name) + "` is not modelled");
  return {};
}

Renderer::Out Renderer::expression(const py::Value& asked, int depth) {
  if (depth > depth_limit) {
    fail("nested too deep");
    return {};
  }
  if (const auto* call = asked.as<py::Call>()) {
    const std::string_view name = last_part(py::dotted_name(asked));
    if (name == "F" && call->arguments.size() == 1 && call->arguments[0].is<py::String>()) {
      return column(call->arguments[0].as<py::String>()->text);
    }
    if (name == "Value") return value(*call);
    if (name == "KeyTransform" || name == "KeyTextTransform")
      return key_transform(*call, name == "KeyTextTransform", depth + 1);
    if (name == "Q") return {condition(asked), nullptr, false, true};
    if (name == "ExpressionWrapper" && !call->arguments.empty()) return expression(call->arguments[0], depth + 1);
    return function(*call, name, depth);
  }
  if (const auto* binary = asked.as<py::Binary>()) {
    const Out left = expression(*binary->left, depth + 1), right = expression(*binary->right, depth + 1);
    if (binary->op == "+" || binary->op == "-" || binary->op == "*" || binary->op == "/" || binary->op == "%") {
      // literal percent signs are doubled where parameters follow, and halved again on the way out
      return {"(" + left.sql + " " + binary->op + " " + right.sql + ")", left.field, false, false};
    }
    fail("the operator `" + binary->op + "` is not modelled");
    return {};
  }
  if (asked.is<py::String>() || asked.is<py::Integer>() || asked.is<py::Float>() || asked.is<py::Boolean>() ||
      asked.is<py::None>()) {
    return {literal(asked, nullptr), nullptr, false, false};
  }
  fail("`" + repr(asked) + "` could not be evaluated");
  return {};
}

}  // namespace mlint::django::compiler
