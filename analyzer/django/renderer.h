#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/django/model_state.h"

// The compiler of conditions (expressions.cpp) and expressions (functions.cpp).
namespace mlint::django::compiler {

inline std::string_view last_part(std::string_view dotted) {
  const auto dot = dotted.rfind('.');
  return dot == std::string_view::npos ? dotted : dotted.substr(dot + 1);
}

inline const py::Value* keyword_argument(const py::Call& call, std::string_view name) {
  for (const py::Keyword& keyword : call.keywords) {
    if (keyword.name == name) return keyword.value.get();
  }
  return nullptr;
}

inline const py::Value* argument_of(const py::Call& call, std::size_t index, std::string_view name) {
  if (const py::Value* value = keyword_argument(call, name)) return value;
  return index < call.arguments.size() ? &call.arguments[index] : nullptr;
}

inline bool is_true(const py::Value* value) {
  const auto* flag = value == nullptr ? nullptr : value->as<py::Boolean>();
  return flag != nullptr && flag->value;
}

// django.utils.tree.Node: what a Q and the WHERE made of it are.
struct Node {
  std::string connector = "AND";
  bool negated = false;
  std::vector<Node> children;
  std::string sql;                         // of a leaf
  std::string lookup;                      // of a Q's leaf: "name__gte"
  const py::Value* value = nullptr;        // of a Q's leaf
  const py::Value* conditional = nullptr;  // of a Q's leaf that is an expression
  bool leaf = false;

  // Node.add(): flattens what needs no parentheses of its own.
  void add(Node data, const std::string& by) {
    if (connector != by) {
      Node inner = *this;
      connector = by;
      negated = false;
      children = {std::move(inner), std::move(data)};
      return;
    }
    if (!data.leaf && !data.negated && (data.connector == by || data.children.size() == 1)) {
      for (Node& child : data.children) children.push_back(std::move(child));
      return;
    }
    children.push_back(std::move(data));
  }
};

constexpr int depth_limit = 60;

class Renderer {
 public:
  Renderer(const Model& model, const Version& version) : model_(model), version_(version) {}

  std::string condition(const py::Value& value) {
    const auto node = query(value, 0);
    if (!node) return {};
    Node root;
    if (node->leaf) root.children.push_back(*node);
    return where_sql(where(node->leaf ? root : *node, false, 0));
  }

  struct Out {
    std::string sql;
    FieldPtr field;  // the field whose values it has, where known
    bool column = false;
    bool conditional = false;  // boolean: may stand alone in WHERE
  };
  Out expression(const py::Value& value, int depth);

  const std::string& reason() const { return reason_; }
  bool no_such_field() const { return no_such_field_; }
  void fail(std::string reason, bool no_such_field = false) {
    if (!reason_.empty()) return;
    reason_ = std::move(reason);
    no_such_field_ = no_such_field;
  }

 private:
  std::optional<Node> query(const py::Value& value, int depth);
  std::optional<Node> query_call(const py::Call& call, int depth);
  Node where(const Node& query, bool negated, int depth);
  Node lookup(const Node& leaf, bool negated);
  std::string where_sql(const Node& node);
  std::string exclusive_sql(const Node& node);
  std::string literal(const py::Value& value, const FieldPtr& field);
  std::string right_side(const py::Value& value, const FieldPtr& field);
  std::string like(const std::string& left, const py::Value& value, std::string_view before, std::string_view after,
                   bool upper);
  std::string lookup_sql(const Out& left, std::string_view name, const py::Value& value);
  std::string in_sql(const Out& left, const py::Value& value);
  Out function(const py::Call& call, std::string_view name, int depth);
  Out text_function(const py::Call& call, std::string_view name, int depth);
  Out numeric_function(const py::Call& call, std::string_view name, int depth);
  Out date_function(const py::Call& call, std::string_view name, int depth);
  std::string in_zone(const Out& time, const py::Call& call, std::size_t position, bool always);
  std::string extracted(std::string_view part, const std::string& from, bool has_time) const;
  Out case_of(const py::Call& call, int depth);
  std::string when(const py::Value& value, int depth);
  Out search_vector(const py::Call& call, int depth);
  Out lookup_expression(const py::Call& call, std::string_view lookup, int depth);
  Out value(const py::Call& call);
  Out cast(const py::Call& call, int depth);
  // An argument of a Func, where a string is the name of a field.
  Out argument(const py::Value& value, int depth);
  FieldPtr output_field(const py::Value* value) const;
  Out generic_function(const py::Call& call, std::string_view function, int depth);
  std::string arguments(const py::Call& call, std::size_t first, int depth);
  Out column(std::string_view name);
  std::optional<Out> json_key(std::string_view path);
  Out key_of(const std::string& json, const std::vector<std::string>& keys, bool as_text);
  Out key_transform(const py::Call& call, bool as_text, int depth);
  FieldPtr concrete(FieldPtr field) const;
  std::string text_literal(const std::string& text) const;

  const Model& model_;
  const Version& version_;
  std::string reason_;
  bool no_such_field_ = false;
};

// Decimal("1"), a date and their like are values; other calls are expressions.
bool is_expression(const py::Value& value);

}  // namespace mlint::django::compiler
