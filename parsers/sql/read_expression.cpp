#include <array>
#include <charconv>
#include <utility>

#include "parsers/sql/read.h"

namespace mlint::sql {
namespace {

using Kind = Expr::Kind;

Expr make(Kind kind, std::string name = {}) {
  Expr expr;
  expr.kind = kind;
  expr.name = std::move(name);
  return expr;
}

Expr typed_constant(std::string_view type, std::string text) {
  Expr expr = make(Kind::constant, std::move(text));
  expr.type.name.name = std::string(type);
  return expr;
}

void add(Reading& reading, Expr& expr, Node node) {
  if (node) expr.arguments.push_back(read_expression(reading, node));
}

void add_all(Reading& reading, Expr& expr, Node list) {
  expr.arguments.reserve(expr.arguments.size() + list.size());
  for (const Node item : list) expr.arguments.push_back(read_expression(reading, item));
}

Expr constant(Node body) {
  if (body.flag("isnull")) return typed_constant("null", "NULL");
  if (body["ival"]) return typed_constant("int4", std::to_string(body["ival"].number("ival")));
  if (body["sval"]) return typed_constant("unknown", std::string(body["sval"].text("sval")));
  if (body["boolval"]) return typed_constant("bool", body["boolval"].flag("boolval") ? "true" : "false");
  if (body["bsval"]) return typed_constant("bit", std::string(body["bsval"].text("bsval")));
  const std::string_view digits = body["fval"].text("fval");
  std::int64_t value = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size();
  return typed_constant(whole ? "int8" : "numeric", std::string(digits));
}

Expr column(Node body) {
  Expr expr = make(Kind::column);
  for (const Node field : body["fields"]) {
    if (!expr.name.empty()) expr.schema += (expr.schema.empty() ? "" : ".") + expr.name;
    expr.name = field["A_Star"] ? "*" : std::string(field["String"].text("sval"));
  }
  return expr;
}

Expr call(Reading& reading, Node body) {
  QualifiedName name = read_name(body["funcname"]);
  Expr expr = make(Kind::call, std::move(name.name));
  expr.schema = std::move(name.schema);
  add_all(reading, expr, body["args"]);
  const auto add_clause = [&](const char* clause, Node list, Node single) {
    if (!list && !single) return;
    Expr part = make(Kind::other, clause);
    add_all(reading, part, list);
    add(reading, part, single);
    expr.arguments.push_back(std::move(part));
  };
  add_clause("ORDER BY", body["agg_order"], {});
  add_clause("FILTER", {}, body["agg_filter"]);
  if (const Node over = body["over"]) {
    Expr part = make(Kind::other, "OVER");
    add_all(reading, part, over["partitionClause"]);
    add_all(reading, part, over["orderClause"]);
    add(reading, part, over["startOffset"]);
    add(reading, part, over["endOffset"]);
    expr.arguments.push_back(std::move(part));
  }
  return expr;
}

Expr binary(Reading& reading, Kind kind, std::string name, Node body) {
  Expr expr = make(kind, std::move(name));
  expr.arguments.reserve(2);
  add(reading, expr, body["lexpr"]);
  const Node right = body["rexpr"];
  if ((kind == Kind::in_ || kind == Kind::between) && right.tag() == "List") {
    add_all(reading, expr, right["List"]["items"]);
  } else {
    add(reading, expr, right);
  }
  return expr;
}

Expr operation(Reading& reading, Node body) {
  const Key kind = body.name("kind");
  QualifiedName name = read_name(body["name"]);
  if (kind == "AEXPR_DISTINCT") return binary(reading, Kind::distinct, "IS DISTINCT FROM", body);
  if (kind == "AEXPR_NOT_DISTINCT") return binary(reading, Kind::distinct, "IS NOT DISTINCT FROM", body);
  if (kind == "AEXPR_NULLIF") return binary(reading, Kind::nullif, {}, body);
  if (kind == "AEXPR_IN") return binary(reading, Kind::in_, name.name == "<>" ? "NOT IN" : "IN", body);
  if (kind == "AEXPR_BETWEEN" || kind == "AEXPR_NOT_BETWEEN" || kind == "AEXPR_BETWEEN_SYM" ||
      kind == "AEXPR_NOT_BETWEEN_SYM") {
    return binary(reading, Kind::between, name.name, body);
  }
  Expr expr = binary(reading, Kind::operator_, std::move(name.name), body);
  expr.schema = std::move(name.schema);
  if (kind == "AEXPR_OP_ANY" || kind == "AEXPR_OP_ALL") {
    Expr wrapped = make(Kind::other, kind == "AEXPR_OP_ANY" ? "ANY" : "ALL");
    if (!expr.arguments.empty()) {
      wrapped.arguments.push_back(std::move(expr.arguments.back()));
      expr.arguments.back() = std::move(wrapped);
    }
  }
  return expr;
}

Expr sublink(Reading& reading, Node body) {
  static constexpr std::array<std::pair<std::string_view, const char*>, 4> names = {
      {{"EXISTS_SUBLINK", "EXISTS"}, {"ANY_SUBLINK", "ANY"}, {"ALL_SUBLINK", "ALL"}, {"ARRAY_SUBLINK", "ARRAY"}}};
  Expr expr = make(Kind::subquery);
  for (const auto& [type, name] : names) {
    if (body.text("subLinkType") == type) expr.name = name;
  }
  add(reading, expr, body["testexpr"]);
  expr.query = read_query(reading, body["subselect"]);
  return expr;
}

Expr case_expression(Reading& reading, Node body) {
  Expr expr = make(Kind::case_, body["arg"] ? "simple" : "");
  add(reading, expr, body["arg"]);
  for (const Node item : body["args"]) {
    add(reading, expr, item["CaseWhen"]["expr"]);
    add(reading, expr, item["CaseWhen"]["result"]);
  }
  add(reading, expr, body["defresult"]);
  return expr;
}

// A chain of subscripts and fields is one flat expression, named by its last step: nesting it would let `a[1][1]…` make
// a tree as deep as the text is long.
Expr indirection(Reading& reading, Node body) {
  Expr expr = make(Kind::subscript);
  expr.arguments.push_back(read_expression(reading, body["arg"]));
  expr.span = expr.arguments.front().span;
  for (const Node step : body["indirection"]) {
    const Node indices = step["A_Indices"];
    expr.kind = indices ? Kind::subscript : Kind::field;
    expr.name = indices ? "" : step["A_Star"] ? "*" : std::string(step["String"].text("sval"));
    if (indices) {
      add(reading, expr, indices["lidx"]);
      add(reading, expr, indices["uidx"]);
    }
  }
  return expr;
}

Expr boolean_test(Reading& reading, Node body) {
  std::string name;  // IS_NOT_FALSE -> IS NOT FALSE
  for (const char c : body.text("booltesttype")) name += c == '_' ? ' ' : c;
  Expr expr = make(Kind::boolean_test, std::move(name));
  add(reading, expr, body["arg"]);
  return expr;
}

Expr value_function(Node body) {
  std::string_view name = body.text("op");
  if (name.starts_with("SVFOP_")) name.remove_prefix(6);
  if (name.ends_with("_N")) name.remove_suffix(2);
  return make(Kind::keyword, std::string(name));
}

Expr with_arguments(Reading& reading, Kind kind, std::string name, Node list) {
  Expr expr = make(kind, std::move(name));
  add_all(reading, expr, list);
  return expr;
}

Expr with_argument(Reading& reading, Kind kind, std::string name, Node argument) {
  Expr expr = make(kind, std::move(name));
  add(reading, expr, argument);
  return expr;
}

Expr bool_expression(Reading& reading, Node body) {
  const Key kind = body.name("boolop");
  return with_arguments(reading,
                        kind == "AND_EXPR"  ? Kind::and_
                        : kind == "OR_EXPR" ? Kind::or_
                                            : Kind::not_,
                        {}, body["args"]);
}

Expr cast(Reading& reading, Node body) {
  Expr expr = with_argument(reading, Kind::cast, {}, body["arg"]);
  expr.type = read_type(reading, body["typeName"]);
  return expr;
}

Expr collate(Reading& reading, Node body) {
  QualifiedName name = read_name(body["collname"]);
  Expr expr = with_argument(reading, Kind::collate, std::move(name.name), body["arg"]);
  expr.schema = std::move(name.schema);
  return expr;
}

// What is not modelled keeps its parts, so that functions and columns in it are still found.
Expr other(Reading& reading, std::string_view tag, Node body) {
  Expr expr = make(Kind::other, std::string(tag));
  for (const Key key : std::initializer_list<Key>{"arg", "expr", "val", "node", "source", "returnval", "raw_expr"})
    add(reading, expr, body[key]);
  for (const Key key : std::initializer_list<Key>{"args", "items", "named_args", "content"})
    add_all(reading, expr, body[key]);
  return expr;
}

Expr read_kind(Reading& reading, Node node) {
  const Key tag = node.tag();
  const Node body = node.body();
  if (tag == "A_Const") return constant(body);
  if (tag == "ColumnRef") return column(body);
  if (tag == "FuncCall") return call(reading, body);
  if (tag == "A_Expr") return operation(reading, body);
  if (tag == "TypeCast") return cast(reading, body);
  if (tag == "BoolExpr") return bool_expression(reading, body);
  if (tag == "NullTest") {
    const bool is_null = body.text("nulltesttype") == "IS_NULL";
    return with_argument(reading, is_null ? Kind::is_null : Kind::is_not_null, {}, body["arg"]);
  }
  if (tag == "BooleanTest") return boolean_test(reading, body);
  if (tag == "SQLValueFunction") return value_function(body);
  if (tag == "SubLink") return sublink(reading, body);
  if (tag == "CaseExpr") return case_expression(reading, body);
  if (tag == "CoalesceExpr") return with_arguments(reading, Kind::coalesce, {}, body["args"]);
  if (tag == "MinMaxExpr") {
    const bool greatest = body.text("op") == "IS_GREATEST";
    return with_arguments(reading, Kind::min_max, greatest ? "GREATEST" : "LEAST", body["args"]);
  }
  if (tag == "A_ArrayExpr") return with_arguments(reading, Kind::array, {}, body["elements"]);
  if (tag == "RowExpr") return with_arguments(reading, Kind::row, {}, body["args"]);
  if (tag == "List") return with_arguments(reading, Kind::row, {}, body["items"]);
  if (tag == "A_Indirection") return indirection(reading, body);
  if (tag == "CollateClause") return collate(reading, body);
  if (tag == "ParamRef") return make(Kind::parameter, "$" + std::to_string(body.number("number")));
  if (tag == "SetToDefault") return make(Kind::keyword, "DEFAULT");
  if (tag == "NamedArgExpr") {
    return with_argument(reading, Kind::named, std::string(body.text("name")), body["arg"]);
  }
  if (tag == "MultiAssignRef") return read_expression(reading, body["source"]);
  if (tag == "SortBy") return read_expression(reading, body["node"]);
  return other(reading, node.tag_text(), body);
}

}  // namespace

Expr read_expression(Reading& reading, Node node) {
  const Node body = node.body();
  Expr expr = read_kind(reading, node);
  if (body["location"] || expr.kind == Kind::constant) {
    const std::uint32_t offset = offset_of(reading, body);
    const std::size_t token = token_at(reading, offset);
    if (token < reading.tokens.size()) expr.span = reading.tokens[token].span;
  }
  return expr;
}

Expr read_expression_text(Reading& reading, Node node, Span text) {
  Expr expr = read_expression(reading, node);
  expr.text = slice(reading, text);
  expr.span = text;
  return expr;
}

}  // namespace mlint::sql
