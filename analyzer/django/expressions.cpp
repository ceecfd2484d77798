#include "analyzer/django/expressions.h"

#include <algorithm>
#include <array>
#include <memory>

#include "analyzer/django/columns.h"
#include "analyzer/django/literals.h"
#include "analyzer/django/naming.h"
#include "analyzer/django/renderer.h"
#include "analyzer/django/types.h"

namespace mlint::django {
namespace compiler {

// Up to 4.2 quote_value() doubled every % of a string, and nothing halved it again.
std::string Renderer::text_literal(const std::string& text) const {
  if (version_ >= Version{5, 0}) return quote_string(text);
  std::string doubled;
  for (const char c : text) {
    if (c == '%') doubled += '%';
    doubled += c;
  }
  return quote_string(doubled);
}

FieldPtr Renderer::concrete(FieldPtr field) const {
  for (int i = 0; i < 20 && field && field->foreign_key(); ++i) {
    const Model target = model_.other(field->to);
    if (!target) return nullptr;
    field = field->to_field.empty() ? target.primary_key() : target.field(field->to_field);
  }
  return field;
}

Renderer::Out Renderer::column(std::string_view name) {
  const FieldPtr field = model_.field(name);
  if (!field) {
    if (const auto key = json_key(name)) return *key;
    fail(unknown_field(name, model_), true);
    return {};
  }
  if (!field->concrete()) {
    fail("field `" + std::string(name) + "` has no column");
    return {};
  }
  const bool boolean = field->internal == Internal::boolean || field->internal == Internal::null_boolean;
  return {quote_name(field->column()), field, true, boolean};
}

std::optional<Node> Renderer::query_call(const py::Call& call, int depth) {
  Node node;
  std::vector<Node> children;
  const auto add_leaf = [&](const std::string& name, const py::Value& value) {
    Node leaf;
    leaf.leaf = true;
    leaf.lookup = name;
    leaf.value = &value;
    children.push_back(std::move(leaf));
  };
  for (const py::Value& argument : call.arguments) {
    if (const auto* pair = argument.as<py::Tuple>(); pair != nullptr && pair->items.size() == 2) {
      const auto* name = pair->items[0].as<py::String>();
      if (name == nullptr) return std::nullopt;
      add_leaf(name->text, pair->items[1]);
      continue;
    }
    auto child = query(argument, depth + 1);
    if (!child) return std::nullopt;
    children.push_back(*std::move(child));
  }
  std::vector<const py::Keyword*> sorted;
  for (const py::Keyword& keyword : call.keywords) {
    if (keyword.name == "_connector") {
      if (const auto* text = keyword.value->as<py::String>()) node.connector = text->text;
      if (const auto* name = keyword.value->as<py::Name>()) node.connector = std::string(last_part(name->dotted));
    } else if (keyword.name == "_negated") {
      node.negated = is_true(keyword.value.get());
    } else {
      sorted.push_back(&keyword);
    }
  }
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
  for (const py::Keyword* keyword : sorted) add_leaf(keyword->name, *keyword->value);
  node.children = std::move(children);
  return node;
}

std::optional<Node> Renderer::query(const py::Value& value, int depth) {
  if (depth > depth_limit) {
    fail("nested too deep");
    return std::nullopt;
  }
  if (const auto* call = value.as<py::Call>(); call != nullptr && last_part(py::dotted_name(value)) == "Q") {
    auto node = query_call(*call, depth);
    if (!node) fail("a condition could not be evaluated");
    return node;
  }
  if (const auto* binary = value.as<py::Binary>(); binary != nullptr && (binary->op == "&" || binary->op == "|")) {
    auto left = query(*binary->left, depth + 1);
    auto right = left ? query(*binary->right, depth + 1) : std::nullopt;
    if (!right) return std::nullopt;
    if (left->children.empty() && !left->leaf) return right;
    if (right->children.empty() && !right->leaf) return left;
    Node both;
    both.connector = binary->op == "&" ? "AND" : "OR";
    both.add(*std::move(left), both.connector);
    both.add(*std::move(right), both.connector);
    return both;
  }
  if (const auto* unary = value.as<py::Unary>(); unary != nullptr && unary->op == "~") {
    auto inner = query(*unary->operand, depth + 1);
    if (!inner) return std::nullopt;
    if (version_ >= Version{4, 2} && !inner->leaf) {
      inner->negated = !inner->negated;
      return inner;
    }
    Node outer;
    outer.add(*std::move(inner), "AND");
    outer.negated = true;
    return outer;
  }
  if (value.is<py::Call>() && !value.is<py::Unknown>()) {
    Node leaf;
    leaf.leaf = true;
    leaf.conditional = &value;
    return leaf;
  }
  fail("a condition could not be evaluated");
  return std::nullopt;
}

Node Renderer::where(const Node& source, bool negated, int depth) {
  Node target;
  target.connector = source.connector;
  target.negated = source.negated;
  negated = negated != source.negated;
  if (depth > depth_limit) {
    fail("nested too deep");
    return target;
  }
  for (const Node& child : source.children) {
    Node clause;
    if (!child.leaf) {
      clause = where(child, negated, depth + 1);
      if (clause.children.empty()) continue;
    } else if (child.conditional != nullptr) {
      Node leaf;
      leaf.leaf = true;
      leaf.sql = expression(*child.conditional, depth + 1).sql;
      if (last_part(py::dotted_name(*child.conditional)) == "ExpressionWrapper") leaf.sql = "(" + leaf.sql + ")";
      clause.children.push_back(std::move(leaf));
    } else {
      clause = lookup(child, negated);
    }
    target.add(std::move(clause), source.connector);
  }
  return target;
}

std::string Renderer::where_sql(const Node& node) {
  if (node.leaf) return node.sql;
  if (node.connector == "XOR" && node.children.size() > 1) return exclusive_sql(node);
  std::string joined;
  for (const Node& child : node.children) {
    const std::string part = where_sql(child);
    if (!joined.empty()) joined += " " + node.connector + " ";
    joined += part;
  }
  if (node.negated) return "NOT (" + joined + ")";
  if (node.children.size() > 1) return "(" + joined + ")";
  return joined;
}

// PostgreSQL has no XOR: one of them holds, and their number is one (odd, from 5.0 on).
std::string Renderer::exclusive_sql(const Node& node) {
  std::string any, sum;
  for (const Node& child : node.children) {
    const std::string part = where_sql(child), number = "CASE WHEN " + part + " THEN 1 ELSE 0 END";
    any += (any.empty() ? "" : " OR ") + part;
    sum = sum.empty() ? number : "(" + sum + " + " + number + ")";
  }
  if (version_ >= Version{5, 0} && node.children.size() > 2) sum = "(MOD(" + sum + ", 2))";
  return std::string(node.negated ? "NOT " : "") + "((" + any + ") AND 1 = " + sum + ")";
}

bool is_lookup(std::string_view name) {
  static constexpr std::array names = {"exact",    "iexact",    "contains", "icontains", "startswith", "istartswith",
                                       "endswith", "iendswith", "in",       "gt",        "gte",        "lt",
                                       "lte",      "range",     "isnull",   "regex",     "iregex"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

Node Renderer::lookup(const Node& leaf, bool negated) {
  Node clause;
  std::string_view path = leaf.lookup;
  std::string name = "exact";
  const auto separator = path.rfind("__");
  std::string_view field = path;
  if (separator != std::string_view::npos && is_lookup(path.substr(separator + 2))) {
    name = std::string(path.substr(separator + 2));
    field = path.substr(0, separator);
  }
  const bool of_key = field.find("__") != std::string_view::npos && !model_.field(field);
  if (of_key && (name != "isnull" || !json_key(field))) {
    fail("the lookup `" + leaf.lookup + "` is not modelled");
    return clause;
  }
  const Out left = column(field);
  const auto add = [&](std::string sql) {
    Node part;
    part.leaf = true;
    part.sql = std::move(sql);
    clause.children.push_back(std::move(part));
  };
  const bool is_null_test = name == "isnull" || (name == "exact" && leaf.value->is<py::None>());
  add(lookup_sql(left, name, *leaf.value));
  if (!is_null_test && negated && left.field && left.field->null) add(left.sql + " IS NOT NULL");
  return clause;
}

std::string Renderer::literal(const py::Value& value, const FieldPtr& field) {
  const FieldPtr typed = concrete(field);
  const Literal made = typed ? literal_for(*typed, value, version_) : plain_literal(value, version_);
  if (made.kind != Literal::Kind::constant) {
    fail("`" + repr(value) + "` could not be evaluated");
    return {};
  }
  if (made.expr.kind == Expr::Kind::constant && made.expr.type.name.name == "unknown") {
    return text_literal(made.expr.name);
  }
  return made.text;
}

bool is_expression(const py::Value& value) {
  if (value.is<py::Binary>()) return true;
  if (!value.is<py::Call>()) return false;
  const std::string_view name = last_part(py::dotted_name(value));
  return name != "Decimal" && name != "datetime" && name != "date" && name != "time" && name != "timedelta" &&
         name != "UUID";
}

std::string Renderer::right_side(const py::Value& value, const FieldPtr& field) {
  if (!is_expression(value)) return literal(value, field);
  const Out right = expression(value, 1);
  // From 4.0 an expression on the right stands in parentheses; a Value did up to 5.0.
  const bool bare = is_plain_value(value) && version_ >= Version{5, 1};
  if (version_ >= Version{4, 0} && !right.sql.empty() && right.sql.front() != '(' && !bare) {
    return "(" + right.sql + ")";
  }
  return right.sql;
}

// LIKE with what is matched literally; of an expression the server escapes it (pattern_ops).
std::string Renderer::like(const std::string& left, const py::Value& value, std::string_view before,
                           std::string_view after, bool upper) {
  const std::string start = upper ? "UPPER(" + left + ") LIKE " : left + " LIKE ";
  if (is_expression(value)) {
    const std::string escaped =
        "REPLACE(REPLACE(REPLACE(" + right_side(value, nullptr) + R"(, E'\\', E'\\\\'), E'%', E'\\%'), E'_', E'\\_'))";
    const std::string matched = upper ? "UPPER(" + escaped + ")" : escaped;
    return start + (before.empty() ? "" : "'%' || ") + matched + (after.empty() ? "" : " || '%'");
  }
  const auto* text = value.as<py::String>();
  if (text == nullptr) {
    fail("`" + repr(value) + "` could not be evaluated");
    return {};
  }
  std::string escaped(before);
  for (const char c : text->text) {
    if (c == '\\' || c == '%' || c == '_') escaped += '\\';
    escaped += c;
  }
  escaped += after;
  return start + (upper ? "UPPER(" + text_literal(escaped) + ")" : text_literal(escaped));
}

std::string Renderer::in_sql(const Out& left, const py::Value& value) {
  const py::Values* items = nullptr;
  if (const auto* list = value.as<py::List>()) items = &list->items;
  if (const auto* tuple = value.as<py::Tuple>()) items = &tuple->items;
  if (const auto* set = value.as<py::Set>()) items = &set->items;
  if (items == nullptr || items->empty()) {
    fail("the values of `in` could not be evaluated");
    return {};
  }
  std::vector<std::string> written;
  for (const py::Value& item : *items) {
    if (item.is<py::None>()) continue;
    std::string text = right_side(item, left.field);
    if (std::find(written.begin(), written.end(), text) == written.end()) written.push_back(std::move(text));
  }
  std::string sql = left.sql + " IN (";
  for (std::size_t i = 0; i < written.size(); ++i) sql += (i > 0 ? ", " : "") + written[i];
  return sql + ")";
}

std::string Renderer::lookup_sql(const Out& left, std::string_view name, const py::Value& value) {
  std::string lhs = left.sql;
  const bool network = left.field && left.field->internal == Internal::ip_address;
  const bool citext = left.field && left.field->type_text == "citext";
  const std::string cast = network ? "HOST(" + lhs + ")" : lhs + (citext ? "::citext" : "::text");
  if (name == "isnull") {
    const auto* flag = value.as<py::Boolean>();
    if (flag == nullptr) fail("the value of `isnull` could not be evaluated");
    return lhs + (is_true(&value) ? " IS NULL" : " IS NOT NULL");
  }
  if (name == "exact") {
    if (value.is<py::None>()) return lhs + " IS NULL";
    if (const auto* flag = value.as<py::Boolean>(); flag != nullptr && left.conditional) {
      return flag->value ? lhs : "NOT " + lhs;
    }
    return lhs + " = " + right_side(value, left.field);
  }
  if (name == "gt") return lhs + " > " + right_side(value, left.field);
  if (name == "gte") return lhs + " >= " + right_side(value, left.field);
  if (name == "lt") return lhs + " < " + right_side(value, left.field);
  if (name == "lte") return lhs + " <= " + right_side(value, left.field);
  if (name == "in") return in_sql(left, value);
  if (name == "range") {
    const py::Values* items = nullptr;
    if (const auto* list = value.as<py::List>()) items = &list->items;
    if (const auto* tuple = value.as<py::Tuple>()) items = &tuple->items;
    if (items == nullptr || items->size() != 2) {
      fail("the values of `range` could not be evaluated");
      return {};
    }
    const auto bound = [&](const py::Value& item) {
      return is_expression(item) ? expression(item, 1).sql : literal(item, left.field);
    };
    return lhs + " BETWEEN " + bound((*items)[0]) + " AND " + bound((*items)[1]);
  }
  if (name == "iexact") return "UPPER(" + cast + ") = UPPER(" + right_side(value, nullptr) + ")";
  const bool upper = name.starts_with('i');
  const std::string_view matched = upper ? name.substr(1) : name;
  if (matched == "contains") return like(cast, value, "%", "%", upper);
  if (matched == "startswith") return like(cast, value, "", "%", upper);
  if (matched == "endswith") return like(cast, value, "%", "", upper);
  if (name == "regex") return cast + " ~ " + literal(value, nullptr);
  if (name == "iregex") return cast + " ~* " + literal(value, nullptr);
  fail("the lookup `" + std::string(name) + "` is not modelled");
  return {};
}

}  // namespace compiler

namespace {

using namespace compiler;

struct Unwrapped {
  const py::Value* root = nullptr;
  RenderedElement element;
};

// OrderBy, OpClass and Collate around an index expression, in whichever order they were written.
void unwrap(const py::Value& value, Unwrapped& out, int depth) {
  out.root = &value;
  const auto* call = value.as<py::Call>();
  if (call == nullptr || depth > depth_limit) return;
  const std::string_view name = last_part(py::dotted_name(value));
  if (const auto* method = call->callee->as<py::Attribute>();
      method != nullptr && (method->name == "desc" || method->name == "asc")) {
    out.element.descending = method->name == "desc";
    out.element.ordered = true;
    if (is_true(keyword_argument(*call, "nulls_first"))) out.element.nulls = -1;
    if (is_true(keyword_argument(*call, "nulls_last"))) out.element.nulls = 1;
    unwrap(*method->base, out, depth + 1);
  } else if (name == "OrderBy" && !call->arguments.empty()) {
    out.element.descending = is_true(keyword_argument(*call, "descending"));
    out.element.ordered = true;
    if (is_true(keyword_argument(*call, "nulls_first"))) out.element.nulls = -1;
    if (is_true(keyword_argument(*call, "nulls_last"))) out.element.nulls = 1;
    unwrap(call->arguments[0], out, depth + 1);
  } else if (name == "OpClass" && !call->arguments.empty()) {
    const py::Value* opclass = argument_of(*call, 1, "name");
    if (opclass != nullptr && opclass->is<py::String>()) out.element.opclass = opclass->as<py::String>()->text;
    unwrap(call->arguments[0], out, depth + 1);
  } else if (name == "Collate" && !call->arguments.empty()) {
    const py::Value* collation = argument_of(*call, 1, "collation");
    if (collation != nullptr && collation->is<py::String>()) {
      out.element.collation = collation->as<py::String>()->text;
    }
    unwrap(call->arguments[0], out, depth + 1);
  }
}

}  // namespace

bool is_plain_value(const py::Value& value) {
  if (value.is<py::Call>()) {
    const std::string_view name = last_part(py::dotted_name(value));
    return name == "Value" || name == "Decimal" || name == "datetime" || name == "date" || name == "time" ||
           name == "timedelta" || name == "UUID";
  }
  return !value.is<py::Binary>();
}

std::string unknown_field(std::string_view name, const Model& model) {
  return "field `" + std::string(name) + "` is not known on model `" + model.state().name + "`";
}

RenderedSql render_condition(const Model& model, const py::Value& condition, const Version& version) {
  Renderer renderer(model, version);
  std::string text = renderer.condition(condition);
  if (text.empty() && renderer.reason().empty()) return {{}, "the condition is empty"};
  return {std::move(text), renderer.reason(), renderer.no_such_field()};
}

RenderedSql render_expression(const Model& model, const py::Value& expression, const Version& version) {
  Renderer renderer(model, version);
  std::string text = renderer.expression(expression, 0).sql;
  return {std::move(text), renderer.reason(), renderer.no_such_field()};
}

RenderedElement render_element(const Model& model, const py::Value& expression, const Version& version) {
  Unwrapped unwrapped;
  unwrap(expression, unwrapped, 0);
  RenderedElement element = std::move(unwrapped.element);
  Renderer renderer(model, version);
  const auto* text = unwrapped.root->as<py::String>();
  py::Value name;
  Renderer::Out root;
  if (text != nullptr) {
    element.descending = element.descending || text->text.starts_with('-');
    py::Call call;
    call.callee = std::make_unique<py::Value>();
    call.callee->kind = py::Name{"django.db.models.F"};
    py::Value argument;
    argument.kind = py::String{text->text.starts_with('-') ? text->text.substr(1) : text->text, {}};
    call.arguments.push_back(std::move(argument));
    name.kind = std::move(call);
    root = renderer.expression(name, 0);
  } else {
    root = renderer.expression(*unwrapped.root, 0);
  }
  element.root = root.sql;
  if (root.column && root.field) element.column = root.field->column();
  std::string sql = root.column ? root.sql : "(" + root.sql + ")";
  if (!element.collation.empty()) sql += " COLLATE " + quote_name(element.collation);
  if (!element.opclass.empty()) sql += " " + element.opclass;
  if (element.ordered) sql += element.descending ? " DESC" : " ASC";
  if (element.nulls != 0) sql += element.nulls < 0 ? " NULLS FIRST" : " NULLS LAST";
  // In an index any expression that is no bare column is wrapped once more by the list it stands in.
  element.sql = {std::move(sql), renderer.reason(), renderer.no_such_field()};
  return element;
}

}  // namespace mlint::django
