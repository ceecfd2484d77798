// ALTER COLUMN TYPE: what the parser and planner of PostgreSQL make of the conversion, and whether anything is left of
// it that has to be computed for every row (tablecmds.c ATColumnChangeRequiresRewrite; the support functions of
// varchar, numeric, varbit, timestamp, time and interval).
#include <algorithm>
#include <optional>

#include "analyzer/schema/type_data.h"
#include "analyzer/schema/types.h"

namespace mlint::types {
namespace {

constexpr int expression_depth_limit = 100;

// The type of an expression that still is the column's own bytes, and what that rests on.
struct Value {
  TypeName type;
  Known rewrite = Known::no;
};

Known worse(Known a, Known b) {
  if (a == Known::yes || b == Known::yes) return Known::yes;
  return a == Known::unknown || b == Known::unknown ? Known::unknown : Known::no;
}

bool same_identity(const TypeName& a, const TypeName& b) {
  return a.name == b.name && (a.array_dimensions > 0) == (b.array_dimensions > 0);
}

bool same_modifiers(const TypeName& a, const TypeName& b) {
  return a.modifiers == b.modifiers && (a.modifiers.empty() ? a.text_modifiers == b.text_modifiers : true);
}

bool has_modifier(const TypeName& type) { return !type.modifiers.empty() || !type.text_modifiers.empty(); }

const TypeState* domain_of(const TypeName& type, const Schema& schema) {
  if (type.array_dimensions > 0) return nullptr;
  const TypeState* state = schema.find_type(type.name);
  return state && state->kind == TypeState::Kind::domain ? state : nullptr;
}

// Kind and existence are known: built in, of an extension, or of the schema.
bool is_understood(const TypeName& type, const Schema& schema) {
  return type.name.schema == "pg_catalog" || schema.find_type(type.name) != nullptr ||
         schema.find(type.name) != nullptr;
}

std::string cast_name(const TypeName& type) { return (type.array_dimensions > 0 ? "_" : "") + type.name.name; }

std::int32_t at(const std::vector<std::int32_t>& values, std::size_t i, std::int32_t otherwise) {
  return i < values.size() ? values[i] : otherwise;
}

// intervaltypmodleastfield: 0 for seconds to 5 for years.
int least_field(std::int32_t range) {
  constexpr std::int32_t full = 0x7FFF;
  constexpr std::int32_t order[] = {1 << 12, 1 << 11, 1 << 10, 1 << 3, 1 << 1, 1 << 2};
  if (range == full) return 0;
  for (int i = 0; i < 6; ++i)
    if ((range & order[i]) != 0) return i;
  return 0;
}

bool interval_is_free(const TypeName& from, const TypeName& to) {
  constexpr std::int32_t full_range = 0x7FFF, full_precision = 0xFFFF, max_precision = 6;
  const int old_field = least_field(at(from.modifiers, 0, full_range));
  const int new_field = least_field(at(to.modifiers, 0, full_range));
  const std::int32_t old_precision = at(from.modifiers, 1, full_precision);
  const std::int32_t new_precision = at(to.modifiers, 1, full_precision);
  return new_field <= old_field && (old_field > 0 || new_precision >= max_precision || new_precision >= old_precision);
}

// coerce_type_typmod and the length coercion functions' simplifications.
Known length_coercion(const TypeName& from, const TypeName& to) {
  if (!has_modifier(to) || same_modifiers(from, to)) return Known::no;
  if (to.array_dimensions > 0) return Known::yes;
  if (to.name.schema != "pg_catalog") return Known::yes;
  const std::string& name = to.name.name;
  if (name == "varchar" || name == "varbit") {
    return !from.modifiers.empty() && from.modifiers[0] <= to.modifiers[0] ? Known::no : Known::yes;
  }
  if (name == "numeric") {
    const bool free = !from.modifiers.empty() && at(from.modifiers, 1, 0) == at(to.modifiers, 1, 0) &&
                      from.modifiers[0] <= to.modifiers[0];
    return free ? Known::no : Known::yes;
  }
  if (name == "timestamp" || name == "timestamptz" || name == "time" || name == "timetz") {
    constexpr std::int32_t max_precision = 6;
    const bool free =
        to.modifiers[0] >= max_precision || (!from.modifiers.empty() && from.modifiers[0] <= to.modifiers[0]);
    return free ? Known::no : Known::yes;
  }
  if (name == "interval") return interval_is_free(from, to) ? Known::no : Known::yes;
  return Known::yes;  // bpchar, bit
}

// Between types that are no domains, modifiers aside.
Known base_coercion(const TypeName& from, const TypeName& to, const Schema& schema, bool utc) {
  if (same_identity(from, to)) return Known::no;
  if (!is_understood(from, schema) || !is_understood(to, schema)) return Known::unknown;
  if (from.array_dimensions > 0 || to.array_dimensions > 0) return Known::yes;
  const data::Cast* cast = data::find_cast(cast_name(from), cast_name(to));
  if (!cast) return Known::yes;
  if (cast->method == 'b') return Known::no;
  const bool zones = (from.name.name == "timestamp" && to.name.name == "timestamptz") ||
                     (from.name.name == "timestamptz" && to.name.name == "timestamp");
  return zones && utc ? Known::no : Known::yes;
}

Value coerce(Value value, const TypeName& target, const Schema& schema, bool utc) {
  const TypeName to = canonical(target, schema);
  if (same_identity(value.type, to) && domain_of(to, schema)) return value;
  const TypeName to_base = base_type(to, schema);
  TypeName from = value.type;
  if (domain_of(from, schema)) {
    from = base_type(from, schema);
    from.modifiers.clear();  // the parser sees a value of a domain without its modifier
    from.text_modifiers.clear();
  }
  const bool same = same_identity(from, to_base);
  value.rewrite = worse(value.rewrite, base_coercion(from, to_base, schema, utc));
  if (!same) {
    from = to_base;
    from.modifiers.clear();
    from.text_modifiers.clear();
  }
  value.rewrite = worse(value.rewrite, length_coercion(from, to_base));
  if (domain_of(to, schema)) value.rewrite = worse(value.rewrite, is_constrained_domain(to, schema));
  value.type = to;
  return value;
}

// The USING expression; absent when it computes something.
std::optional<Value> evaluate(const Expr& root, std::string_view column, const TypeName& type, const Schema& schema,
                              bool utc) {
  std::vector<const Expr*> casts;
  const Expr* e = &root;
  for (int depth = 0; depth < expression_depth_limit; ++depth) {
    const bool one = !e->arguments.empty();
    if (e->kind == Expr::Kind::cast && one) {
      casts.push_back(e);
    } else if (e->kind == Expr::Kind::column && e->name == column) {
      Value value{type, Known::no};
      for (auto cast = casts.rbegin(); cast != casts.rend(); ++cast) value = coerce(value, (*cast)->type, schema, utc);
      return value;
    } else if (e->kind != Expr::Kind::collate || !one) {
      return std::nullopt;
    }
    e = &e->arguments[0];
  }
  return std::nullopt;
}

std::string_view collation_of(const TypeName& type, const QualifiedName& written) {
  if (!written.name.empty()) return written.name;
  if (type.name.name == "name") return "C";
  return "default";
}

struct ClassChoice {
  std::string_view name, type, family;
};

bool is_polymorphic(std::string_view type) { return type.starts_with("any") || type == "record"; }

bool serves_any_type(std::string_view method, std::string_view opclass) {
  for (const data::OperatorClass& row : data::operator_classes())
    if (row.method == method && row.name == opclass) return is_polymorphic(row.type);
  return false;
}

std::optional<ClassChoice> find_class(std::string_view method, std::string_view type) {
  for (const data::OperatorClass& row : data::operator_classes())
    if (row.is_default && row.method == method && row.type == type) return ClassChoice{row.name, row.type, row.family};
  return std::nullopt;
}

std::optional<ClassChoice> default_class(std::string_view method, const TypeName& written, const Schema& schema) {
  const TypeName type = base_type(written, schema);
  if (type.array_dimensions > 0) return find_class(method, "anyarray");
  if (auto exact = find_class(method, type.name.name)) return exact;
  const TypeState* state = schema.find_type(type.name);
  if (state && state->kind == TypeState::Kind::enum_) return find_class(method, "anyenum");
  if (state && state->kind == TypeState::Kind::range) return find_class(method, "anyrange");
  if (state && state->kind == TypeState::Kind::composite) return find_class(method, "record");
  if (const data::Type* row = data::find_type(type.name.name); row && row->kind == 'r')
    return find_class(method, "anyrange");
  if (const data::Type* row = data::find_type(type.name.name); row && row->kind == 'm')
    return find_class(method, "anymultirange");
  // GetDefaultOpClass: of those it is binary coercible to, the preferred type of its category.
  std::optional<ClassChoice> compatible;
  for (const data::Cast& cast : data::casts_from(type.name.name)) {
    if (cast.method != 'b' || cast.context != 'i') continue;
    const auto found = find_class(method, cast.target);
    const data::Type* target = data::find_type(cast.target);
    if (found && (!compatible || (target && target->preferred))) compatible = found;
  }
  if (compatible) return compatible;
  return std::nullopt;
}

// Operator classes over any type whose index columns have a type of their own (elements of arrays, ranges of
// multiranges): CheckIndexCompatible compares that with the column's and never finds them equal.
bool keeps_another_type(std::string_view method, std::string_view opclass, const TypeName& type, const Schema& schema) {
  const auto chosen = opclass.empty() ? default_class(method, type, schema) : std::nullopt;
  const std::string_view name = chosen ? chosen->name : opclass;
  return (method == "gin" && name == "array_ops") || (method == "gist" && name == "multirange_ops");
}

}  // namespace

Known is_constrained_domain(const TypeName& type, const Schema& schema) {
  TypeName at_level = canonical(type, schema);
  for (int depth = 0; depth < expression_depth_limit; ++depth) {
    if (at_level.array_dimensions > 0) return Known::no;
    const TypeState* state = schema.find_type(at_level.name);
    if (!state) return at_level.name.schema == "pg_catalog" || schema.find(at_level.name) ? Known::no : Known::unknown;
    if (state->kind != TypeState::Kind::domain) return Known::no;
    if (state->not_null || !state->constraints.empty()) return Known::yes;
    at_level = canonical(state->base, schema);
  }
  return Known::unknown;
}

bool is_stored_alone(const TypeName& type) {
  const std::string name = canonical_builtin(type).name.name;
  const data::Type* known = data::find_type(name);
  if (known == nullptr || known->kind != 'b' || !known->extension.empty() || type.array_dimensions > 0) return false;
  return std::none_of(data::casts().begin(), data::casts().end(), [&](const data::Cast& cast) {
    return cast.target == name && (cast.method == 'b' || cast.source == name);
  });
}

Known is_binary_coercible(const TypeName& from, const TypeName& to, const Schema& schema) {
  const TypeName source = base_type(from, schema), target = canonical(to, schema);
  if (same_identity(source, target)) return Known::yes;
  if (!is_understood(source, schema) || !is_understood(target, schema)) return Known::unknown;
  if (source.array_dimensions > 0 || target.array_dimensions > 0) return Known::no;
  const data::Cast* cast = data::find_cast(source.name.name, target.name.name);
  return cast && cast->method == 'b' ? Known::yes : Known::no;
}

Known change_rewrites(const TypeName& from, const TypeName& to, const Expr* using_, std::string_view column,
                      const Schema& schema, bool utc) {
  if (!is_known(from) || !is_known(to)) return Known::unknown;
  Value value{canonical(from, schema), Known::no};
  if (using_) {
    const std::optional<Value> evaluated = evaluate(*using_, column, value.type, schema, utc);
    if (!evaluated) return Known::yes;
    value = *evaluated;
  }
  return coerce(std::move(value), to, schema, utc).rewrite;
}

Known change_rebuilds_index(const ColumnState& before, const TypeName& to, const QualifiedName& new_collation,
                            std::string_view access_method, const QualifiedName& opclass, const Schema& schema) {
  if (!is_known(before.type) || !is_known(to)) return Known::unknown;
  if (collation_of(base_type(before.type, schema), before.collation) !=
      collation_of(base_type(to, schema), new_collation))
    return Known::yes;
  const TypeName from = base_type(before.type, schema), target = base_type(to, schema);
  const bool same = same_identity(from, target);
  if (keeps_another_type(access_method, opclass.name, target, schema)) return Known::yes;
  if (same) return Known::no;
  // Kept by name, unless it is one of those over anyarray, anyenum and the like, which serve one type at a time.
  if (!opclass.name.empty()) return serves_any_type(access_method, opclass.name) ? Known::yes : Known::no;
  const auto old_class = default_class(access_method, from, schema);
  const auto new_class = default_class(access_method, target, schema);
  if (!old_class || !new_class) return Known::unknown;
  return old_class->name != new_class->name || old_class->type != new_class->type || is_polymorphic(old_class->type)
             ? Known::yes
             : Known::no;
}

Known can_reference(const TypeName& column, const TypeName& key, const Schema& schema) {
  if (!is_known(column) || !is_known(key)) return Known::unknown;
  const TypeName source = base_type(column, schema), target = base_type(key, schema);
  if (same_identity(source, target)) return Known::yes;
  if (!is_understood(source, schema) || !is_understood(target, schema)) return Known::unknown;
  if (source.array_dimensions > 0 || target.array_dimensions > 0) return Known::unknown;
  const auto index = default_class("btree", target, schema);
  const auto own = default_class("btree", source, schema);
  if (!index || !own || is_polymorphic(index->type)) return Known::unknown;
  if (index->family == own->family) return Known::yes;
  const data::Cast* cast = data::find_cast(source.name.name, index->type);
  return cast && cast->context == 'i' ? Known::yes : Known::no;
}

Known change_revalidates_foreign_key(const TypeName& from, const TypeName& to, const Schema& schema) {
  if (!is_known(from) || !is_known(to)) return Known::unknown;
  const auto old_class = default_class("btree", from, schema);
  const auto new_class = default_class("btree", to, schema);
  if (!old_class || !new_class) return Known::unknown;
  const bool same = same_identity(base_type(from, schema), base_type(to, schema));
  if (is_polymorphic(old_class->type) && !same) return Known::yes;
  return old_class->name != new_class->name || old_class->type != new_class->type ? Known::yes : Known::no;
}

}  // namespace mlint::types
