#include "analyzer/schema/describe.h"

#include <algorithm>

#include "analyzer/operation/printer.h"
#include "analyzer/schema/types.h"

namespace mlint::describe {
namespace {

constexpr int depth_limit = 40;

template <class List, class Function>
std::string join(const List& list, Function text_of) {
  std::string text;
  for (const auto& item : list) {
    if (!text.empty()) text += ", ";
    text += text_of(item);
  }
  return text;
}

std::string names(const std::vector<std::string>& list) {
  return join(list, [](const std::string& name) { return quote_ident(name); });
}

std::string sketch(const Expr& e, int depth) {
  if (!e.text.empty()) return e.text;
  if (depth > depth_limit) return "...";
  const auto arguments = [&] { return join(e.arguments, [&](const Expr& a) { return sketch(a, depth + 1); }); };
  switch (e.kind) {
    case Expr::Kind::constant:
      return e.type.name.name == "unknown" ? "'" + e.name + "'" : e.type.name.name == "null" ? "NULL" : e.name;
    case Expr::Kind::column:
    case Expr::Kind::keyword:
      return e.name;
    case Expr::Kind::cast:
      return arguments() + "::" + types::format_type(types::canonical_builtin(e.type));
    case Expr::Kind::operator_:
      if (e.arguments.size() == 2)
        return sketch(e.arguments[0], depth + 1) + " " + e.name + " " + sketch(e.arguments[1], depth + 1);
      return e.name + arguments();
    case Expr::Kind::is_null:
      return arguments() + " IS NULL";
    case Expr::Kind::is_not_null:
      return arguments() + " IS NOT NULL";
    case Expr::Kind::and_:
      return "and(" + arguments() + ")";
    case Expr::Kind::or_:
      return "or(" + arguments() + ")";
    case Expr::Kind::not_:
      return "not(" + arguments() + ")";
    default:
      return (e.name.empty() ? std::string("expression") : e.name) + "(" + arguments() + ")";
  }
}

std::string element(const IndexElement& e) {
  std::string text = e.expression ? "(" + sketch(*e.expression, 0) + ")" : quote_ident(e.column);
  if (!e.collation.name.empty()) text += " collate " + quote_ident(e.collation);
  if (!e.opclass.name.empty()) text += " " + quote_ident(e.opclass);
  if (e.descending) text += " desc";
  if (e.nulls == IndexElement::Nulls::first) text += " nulls first";
  if (e.nulls == IndexElement::Nulls::last) text += " nulls last";
  return text;
}

std::string action(std::string_view when, ForeignKeyAction action) {
  switch (action) {
    case ForeignKeyAction::no_action:
      return {};
    case ForeignKeyAction::restrict_:
      return " on " + std::string(when) + " restrict";
    case ForeignKeyAction::cascade:
      return " on " + std::string(when) + " cascade";
    case ForeignKeyAction::set_null:
      return " on " + std::string(when) + " set null";
    case ForeignKeyAction::set_default:
      return " on " + std::string(when) + " set default";
  }
  return {};
}

}  // namespace

std::string_view kind(TypeState::Kind type) {
  switch (type) {
    case TypeState::Kind::enum_:
      return "enum";
    case TypeState::Kind::domain:
      return "domain";
    case TypeState::Kind::composite:
      return "composite";
    case TypeState::Kind::range:
      return "range";
    case TypeState::Kind::base:
      return "base";
  }
  return "type";
}

std::string_view kind(Constraint::Kind constraint) {
  switch (constraint) {
    case Constraint::Kind::check:
      return "check";
    case Constraint::Kind::primary_key:
      return "primary key";
    case Constraint::Kind::unique:
      return "unique";
    case Constraint::Kind::exclusion:
      return "exclusion";
    case Constraint::Kind::foreign_key:
      return "foreign key";
    case Constraint::Kind::not_null:
      return "not null";
    default:
      return "constraint";
  }
}

std::string expression(const Expr& e) { return sketch(e, 0); }

std::string column(const ColumnState& c) {
  std::string text = types::format_type(c.type);
  if (!c.collation.name.empty()) text += " collate " + quote_ident(c.collation);
  if (c.not_null == Known::yes) text += c.not_null_valid ? " not null" : " not null not valid";
  if (c.not_null == Known::unknown) text += " null unknown";
  if (c.identity) text += c.identity_always ? " identity always" : " identity by default";
  if (c.generated) text += " generated (" + expression(*c.generated) + (c.generated_stored ? ") stored" : ") virtual");
  if (c.default_) text += " default " + expression(*c.default_);
  if (!c.owned_sequence.empty()) text += " sequence " + quote_ident(c.owned_sequence);
  if (c.inherited) text += c.local ? " inherited, local" : " inherited";
  return text;
}

std::string constraint(const ConstraintState& state) {
  const Constraint& c = state.definition;
  std::string text(kind(c.kind));
  if (c.kind == Constraint::Kind::check) {
    text += " (" + (c.expression ? expression(*c.expression) : std::string()) + ")";
  } else if (c.kind == Constraint::Kind::exclusion) {
    text += " using " + (c.access_method.empty() ? std::string("btree") : c.access_method) + " (" +
            join(c.exclusion, [](const auto& part) { return element(part.first) + " with " + part.second; }) + ")";
  } else {
    text += " (" + names(c.columns) + ")";
  }
  if (!c.include.empty()) text += " include (" + names(c.include) + ")";
  if (c.kind == Constraint::Kind::foreign_key) {
    text += " references " + quote_ident(c.references) + " (" + names(c.referenced_columns) + ")";
    text += action("update", c.on_update) + action("delete", c.on_delete);
  }
  if (c.nulls_not_distinct) text += " nulls not distinct";
  if (c.deferrable) text += c.initially_deferred ? " initially deferred" : " deferrable";
  if (c.no_inherit) text += " no inherit";
  if (!c.enforced) text += " not enforced";
  if (!state.valid) text += " not valid";
  if (state.inherited) text += state.local ? " inherited, local" : " inherited";
  return text;
}

std::string index(const IndexState& state) {
  const CreateIndex& i = state.definition;
  std::string text = i.unique ? "unique " : "";
  text += i.access_method + " (" + join(i.elements, element) + ")";
  if (!i.include.empty()) text += " include (" + names(i.include) + ")";
  if (i.nulls_not_distinct) text += " nulls not distinct";
  if (i.where) text += " where " + expression(*i.where);
  if (!state.constraint.empty()) text += " of constraint " + quote_ident(state.constraint);
  if (!state.parent.name.empty()) text += " attached to " + quote_ident(state.parent);
  if (!state.valid) text += " invalid";
  return text;
}

std::string function(const FunctionState& state) {
  const CreateFunction& f = state.definition;
  std::vector<FunctionParameter> taken;  // what tells overloads apart: OUT and the columns of TABLE do not
  for (const FunctionParameter& p : f.parameters) {
    if (p.mode != 'o' && p.mode != 't') taken.push_back(p);
  }
  std::string text =
      quote_ident(state.name) + "(" +
      join(taken, [](const FunctionParameter& p) { return types::format_type(types::canonical_builtin(p.type)); }) +
      ")";
  if (types::is_known(f.returns)) text += " returns " + types::format_type(types::canonical_builtin(f.returns));
  text += " language " + f.language;
  text += f.volatility == 'i' ? " immutable" : f.volatility == 's' ? " stable" : " volatile";
  return f.strict ? text + " strict" : text;
}

std::string bound(const PartitionBound& b) {
  if (b.is_default) return "default";
  switch (b.strategy) {
    case PartitionKey::Strategy::range:
      return "values from (" + join(b.from, expression) + ") to (" + join(b.to, expression) + ")";
    case PartitionKey::Strategy::list:
      return "values in (" + join(b.values, expression) + ")";
    case PartitionKey::Strategy::hash:
      return "values with (modulus " + std::to_string(b.modulus) + ", remainder " + std::to_string(b.remainder) + ")";
  }
  return {};
}

std::string partition_key(const PartitionKey& key) {
  const std::string elements = join(key.elements, element);
  switch (key.strategy) {
    case PartitionKey::Strategy::range:
      return "range (" + elements + ")";
    case PartitionKey::Strategy::list:
      return "list (" + elements + ")";
    case PartitionKey::Strategy::hash:
      return "hash (" + elements + ")";
  }
  return {};
}

}  // namespace mlint::describe
