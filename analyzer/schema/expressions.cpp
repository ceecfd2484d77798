#include "analyzer/schema/expressions.h"

#include <algorithm>
#include <cctype>

#include "analyzer/operation/printer.h"
#include "analyzer/schema/schema.h"

namespace mlint {
namespace {

template <class Visit>
void each_direct_expression(const Query& query, Visit visit) {
  for (const Expr& e : query.outputs) visit(e);
  for (const auto& assignment : query.assignments) visit(assignment.value);
  for (const auto& row : query.rows)
    for (const Expr& e : row) visit(e);
  if (query.where) visit(*query.where);
  for (const auto* list : {&query.group_by, &query.after_grouping, &query.other_expressions})
    for (const Expr& e : *list) visit(e);
}

// A literal, casts of it included.
const Expr* literal(const Expr& expression) {
  const Expr* e = &expression;
  for (int depth = 0; depth < 16 && e->kind == Expr::Kind::cast && e->arguments.size() == 1; ++depth)
    e = &e->arguments[0];
  return e->kind == Expr::Kind::constant ? e : nullptr;
}

Known truth(const Expr& expression) {
  const Expr* constant = literal(expression);
  if (!constant) return Known::unknown;
  if (constant->type.name.name == "null") return Known::no;  // NULL takes no arm
  if (constant->name == "true" || constant->name == "t") return Known::yes;
  return constant->name == "false" || constant->name == "f" ? Known::no : Known::unknown;
}

std::vector<const Expr*> live_arms(const Expr& expression) {
  std::vector<const Expr*> live;
  const auto& arguments = expression.arguments;
  for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
    const Known condition = truth(arguments[i]);
    if (condition == Known::no) continue;
    if (condition == Known::unknown) live.push_back(&arguments[i]);
    live.push_back(&arguments[i + 1]);
    if (condition == Known::yes) return live;
  }
  if (arguments.size() % 2 == 1) live.push_back(&arguments.back());
  return live;
}

bool is_identifier_char(char c) {
  const auto u = static_cast<unsigned char>(c);
  return std::isalnum(u) != 0 || c == '_' || c == '$' || u >= 0x80U;
}

}  // namespace

void for_each_node(const Expr& expression, const std::function<void(const Expr&)>& visit, bool subqueries) {
  const auto is_leaf = [subqueries](const Expr& e) { return e.arguments.empty() && !(subqueries && e.query); };
  if (!(subqueries && expression.query) &&
      std::all_of(expression.arguments.begin(), expression.arguments.end(), is_leaf)) {  // most: no stack is made
    visit(expression);
    for (const Expr& argument : expression.arguments) visit(argument);
    return;
  }
  std::vector<const Expr*> stack{&expression};
  while (!stack.empty()) {
    const Expr* e = stack.back();
    stack.pop_back();
    visit(*e);
    for (auto i = e->arguments.rbegin(); i != e->arguments.rend(); ++i) stack.push_back(&*i);
    if (!subqueries || !e->query) continue;
    std::vector<const Query*> queries{e->query.get()};
    while (!queries.empty()) {
      const Query* query = queries.back();
      queries.pop_back();
      each_direct_expression(*query, [&](const Expr& inner) { stack.push_back(&inner); });
      for (const auto& sub : query->subqueries)
        if (sub) queries.push_back(sub.get());
    }
  }
}

void for_each_expression(const Query& query, const std::function<void(const Expr&)>& visit) {
  std::vector<const Query*> queries{&query};
  while (!queries.empty()) {
    const Query* q = queries.back();
    queries.pop_back();
    each_direct_expression(*q, [&](const Expr& e) { for_each_node(e, visit, true); });
    for (const auto& sub : q->subqueries)
      if (sub) queries.push_back(sub.get());
  }
}

void for_each_own_node(const Query& query, const std::function<void(const Expr&)>& visit) {
  each_direct_expression(query, [&](const Expr& e) { for_each_node(e, visit); });
}

void for_each_relation(const Query& query, const std::function<void(const RelationRef&, bool written)>& visit) {
  std::vector<const Query*> queries{&query};
  while (!queries.empty()) {
    const Query* q = queries.back();
    queries.pop_back();
    if (q->target) visit(*q->target, true);
    for (const RelationRef& ref : q->from) visit(ref, false);
    for (const auto& sub : q->subqueries)
      if (sub) queries.push_back(sub.get());
    each_direct_expression(*q, [&](const Expr& e) {
      for_each_node(e, [&](const Expr& node) {
        if (node.query) queries.push_back(node.query.get());
      });
    });
  }
}

bool is_null_constant(const Expr& e) {
  if (e.kind == Expr::Kind::cast && e.arguments.size() == 1) return is_null_constant(e.arguments[0]);
  return e.kind == Expr::Kind::constant && e.type.name.name == "null";
}

std::vector<std::string> columns_of(const Expr& expression) {
  std::vector<std::string> columns;
  for_each_node(expression, [&](const Expr& e) {
    if (e.kind == Expr::Kind::column && std::find(columns.begin(), columns.end(), e.name) == columns.end())
      columns.push_back(e.name);
  });
  return columns;
}

bool mentions_column(const Expr& expression, std::string_view column) {
  bool found = false;
  for_each_node(expression, [&](const Expr& e) {
    found = found || (e.kind == Expr::Kind::column && (e.name == column || e.name == "*"));
  });
  return found;
}

std::vector<const Expr*> live_arguments(const Expr& expression) {
  using Kind = Expr::Kind;
  if (expression.kind == Kind::case_ && expression.name.empty()) return live_arms(expression);
  std::vector<const Expr*> live;
  for (const Expr& argument : expression.arguments) {
    const Expr* constant = literal(argument);
    const Known decided = truth(argument);
    const bool null = constant && constant->type.name.name == "null";
    if (null && expression.kind == Kind::coalesce) continue;
    if ((constant && expression.kind == Kind::coalesce) ||
        (expression.kind == Kind::and_ && decided == Known::no && !null) ||
        (expression.kind == Kind::or_ && decided == Known::yes)) {
      if (expression.kind != Kind::coalesce) live.clear();
      live.push_back(&argument);
      return live;
    }
    live.push_back(&argument);
  }
  return live;
}

bool uses_column(const CreateIndex& index, std::string_view column) {
  if (std::find(index.include.begin(), index.include.end(), column) != index.include.end()) return true;
  if (index.where && mentions_column(*index.where, column)) return true;
  return std::any_of(index.elements.begin(), index.elements.end(), [&](const IndexElement& element) {
    return element.column == column || (element.expression && mentions_column(*element.expression, column));
  });
}

bool casts_to(const Expr& expression, const QualifiedName& type,
              const std::function<QualifiedName(const QualifiedName&)>& full_name) {
  bool found = false;
  for_each_node(expression, [&](const Expr& e) {
    found = found || (e.kind == Expr::Kind::cast && e.type.name.name == type.name && full_name(e.type.name) == type);
  });
  return found;
}

namespace {

template <class Change>
void change_each_node(Expr& expression, Change change) {
  std::vector<Expr*> stack{&expression};
  while (!stack.empty()) {
    Expr& e = *stack.back();
    stack.pop_back();
    change(e);
    for (Expr& argument : e.arguments) stack.push_back(&argument);
  }
}

}  // namespace

void rename_casts_in(Expr& expression, const QualifiedName& from, const QualifiedName& to) {
  change_each_node(expression, [&](Expr& e) {
    const bool named = e.type.name.name == from.name && (e.type.name.schema.empty() || e.type.name == from);
    if (e.kind != Expr::Kind::cast || !named) return;
    e.type.name = to;
    e.type.text.clear();
  });
}

void rename_column_in(Expr& expression, std::string_view from, std::string_view to) {
  change_each_node(expression, [&](Expr& e) {
    if (e.kind == Expr::Kind::column && e.name == from) e.name = to;
    if (!e.text.empty()) e.text = replace_identifier(e.text, from, to);
  });
}

std::vector<QualifiedName> functions_of(const Expr& expression) {
  std::vector<QualifiedName> functions;
  for_each_node(
      expression,
      [&](const Expr& e) {
        if (e.kind == Expr::Kind::call) functions.push_back({e.schema, e.name});
      },
      true);
  return functions;
}

std::string replace_identifier(std::string_view sql, std::string_view from, std::string_view to) {
  std::string out;
  const std::string target = quote_ident(to);
  for (std::size_t i = 0; i < sql.size();) {
    const char c = sql[i];
    if (c == '\'') {  // a literal; a doubled quote ends and begins one
      const std::size_t end = sql.find('\'', i + 1);
      const std::size_t stop = end == std::string_view::npos ? sql.size() : end + 1;
      out.append(sql.substr(i, stop - i));
      i = stop;
    } else if (c == '"') {
      std::size_t end = sql.find('"', i + 1);
      const std::size_t stop = end == std::string_view::npos ? sql.size() : end + 1;
      const std::string_view word = sql.substr(i, stop - i);
      if (word.size() >= 2 && word.substr(1, word.size() - 2) == from) {
        out.append(quote_always(to));
      } else {
        out.append(word);
      }
      i = stop;
    } else if (is_identifier_char(c)) {
      std::size_t stop = i;
      while (stop < sql.size() && is_identifier_char(sql[stop])) ++stop;
      std::string word(sql.substr(i, stop - i)), folded = word;
      for (char& f : folded) f = static_cast<char>(std::tolower(static_cast<unsigned char>(f)));
      const bool call = stop < sql.size() && sql[stop] == '(';
      out.append(folded == from && !call ? target : word);
      i = stop;
    } else {
      out += c;
      ++i;
    }
  }
  return out;
}

}  // namespace mlint
