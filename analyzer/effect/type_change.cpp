#include "analyzer/effect/type_change.h"

#include <algorithm>
#include <string_view>

#include "analyzer/schema/type_data.h"
#include "analyzer/schema/types.h"

namespace mlint::effect {
namespace {

constexpr int depth_limit = 64;  // of domains over domains

bool one_of(std::string_view name, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

// A type without its domains, ready to be compared.
struct Plain {
  std::string name;  // of built-in types and those of extensions the bare name
  std::vector<std::int32_t> modifiers;
  std::vector<std::string> text_modifiers;
  std::uint32_t dimensions = 0;
  bool known = true;
};

Plain plain(const TypeName& type, const Schema& schema) {
  const TypeName base = types::base_type(type, schema);
  Plain out{base.name.name, base.modifiers, base.text_modifiers, base.array_dimensions, types::is_known(base)};
  const bool builtin =
      base.name.schema.empty() || base.name.schema == "pg_catalog" || data::find_type(base.name.name) != nullptr;
  if (!builtin) out.name = base.name.schema + "." + base.name.name;
  if (type.percent_type) out.known = false;
  // A type that neither the catalogue nor the context knows may be anything, a domain included.
  if (base.name.schema.empty() && !data::find_type(base.name.name) && !schema.find_type(base.name)) out.known = false;
  return out;
}

bool binary_coercible(const std::string& from, const std::string& to) {
  if (from == to) return true;
  const data::Cast* cast = data::find_cast(from, to);
  return cast && cast->method == 'b';
}

// Length coercion functions that the planner removes when they can change nothing (their support functions).
bool length_is_free(const std::string& type, const std::vector<std::int32_t>& from,
                    const std::vector<std::int32_t>& to) {
  if (to.empty() || from == to) return true;
  if (type == "varchar" || type == "varbit") return !from.empty() && from[0] <= to[0];
  if (type == "numeric") {
    const auto scale = [](const std::vector<std::int32_t>& m) { return m.size() > 1 ? m[1] : 0; };
    return !from.empty() && scale(from) == scale(to) && from[0] <= to[0];
  }
  if (one_of(type, {"timestamp", "timestamptz", "time", "timetz"})) {
    return to[0] == 6 || (!from.empty() && from[0] <= to[0]);
  }
  if (type == "interval") {
    // {fields} or {fields, precision}; a narrower set of fields truncates unless it ends in seconds.
    constexpr std::int32_t full = 0x7FFF;
    constexpr std::int32_t second = 1 << 12;
    const std::int32_t precision_from = from.size() > 1 ? from[1] : 6;
    const std::int32_t precision_to = to.size() > 1 ? to[1] : 6;
    const bool fields = to[0] == full || (to[0] & second) != 0 || (!from.empty() && from[0] == to[0]);
    return fields && precision_from <= precision_to;
  }
  return false;  // bpchar, bit, and what extensions bring
}

bool is_reg_type(const std::string& name) {
  return one_of(name, {"regclass", "regcollation", "regconfig", "regdictionary", "regnamespace", "regoper",
                       "regoperator", "regproc", "regprocedure", "regrole", "regtype"});
}

TypeChange plain_change(const Plain& from, const Plain& to, bool utc) {
  if (from.dimensions > 0 || to.dimensions > 0) {
    const bool same = (from.dimensions > 0) == (to.dimensions > 0) && from.name == to.name &&
                      (to.modifiers.empty() || from.modifiers == to.modifiers) &&
                      (to.text_modifiers.empty() || from.text_modifiers == to.text_modifiers);
    return same ? TypeChange::none : TypeChange::rewrite;
  }
  if (from.name == to.name) {
    if (from.modifiers == to.modifiers && from.text_modifiers == to.text_modifiers) return TypeChange::none;
    if (!from.text_modifiers.empty() || !to.text_modifiers.empty()) {
      if (!data::find_type(from.name)) return to.text_modifiers.empty() ? TypeChange::free : TypeChange::rewrite;
    }
    return length_is_free(from.name, from.modifiers, to.modifiers) ? TypeChange::free : TypeChange::rewrite;
  }
  const bool zone_only = utc && ((from.name == "timestamp" && to.name == "timestamptz") ||
                                 (from.name == "timestamptz" && to.name == "timestamp"));
  if (zone_only) {
    // The conversion yields no precision of its own, so only the largest one is known to change nothing.
    return to.modifiers.empty() || to.modifiers[0] == 6 ? TypeChange::free : TypeChange::rewrite;
  }
  const bool reg = (one_of(from.name, {"oid", "int4"}) && is_reg_type(to.name)) ||
                   (is_reg_type(from.name) && one_of(to.name, {"oid", "int4"}));
  if (!reg && !binary_coercible(from.name, to.name)) return TypeChange::rewrite;
  // The old modifier is lost in the cast, except from text-like to text-like of the same length rule.
  if (to.modifiers.empty()) return TypeChange::free;
  return TypeChange::rewrite;
}

// The type that a USING expression has when it only casts the column, with the worst change on the way.
bool casts_only(const Expr& expression, const std::string& column, std::vector<const TypeName*>& steps) {
  const Expr* at = &expression;
  std::vector<const TypeName*> outer_first;
  for (int depth = 0; depth < depth_limit; ++depth) {
    if (at->kind == Expr::Kind::column) {
      steps.assign(outer_first.rbegin(), outer_first.rend());
      return at->name == column;
    }
    if (at->kind == Expr::Kind::cast && at->arguments.size() == 1) {
      outer_first.push_back(&at->type);
      at = &at->arguments[0];
    } else if (at->kind == Expr::Kind::collate && !at->arguments.empty()) {
      at = &at->arguments[0];
    } else {
      return false;
    }
  }
  return false;
}

TypeChange worse(TypeChange a, TypeChange b) {
  if (a == TypeChange::rewrite || b == TypeChange::rewrite) return TypeChange::rewrite;
  return std::max(a, b);
}

bool implicitly_coercible(const std::string& from, std::string_view to) {
  if (is_reg_type(from)) return to == "oid";
  const data::Cast* cast = data::find_cast(from, to);
  return cast && cast->method == 'b' && cast->context == 'i';
}

// The operator class PostgreSQL would choose for the type (GetDefaultOpClass): its own, or that of a type it is
// coercible to without a function, preferred types first.
std::string default_class(const std::string& access_method, const Plain& type) {
  if (type.dimensions > 0) return "array_ops";
  const data::OperatorClass* coercible = nullptr;
  bool preferred = false;
  for (const data::OperatorClass& row : data::operator_classes()) {
    if (row.method != access_method || !row.is_default) continue;
    if (row.type == type.name) return std::string(row.name);
    if (preferred || !implicitly_coercible(type.name, row.type)) continue;
    const data::Type* accepted = data::find_type(row.type);
    if (!coercible || (accepted && accepted->preferred)) coercible = &row;
    preferred = accepted && accepted->preferred;
  }
  return coercible ? std::string(coercible->name) : type.name;
}

// Operator classes over anyenum, anyarray, anyrange and record serve one type each (CheckIndexCompatible).
bool polymorphic(const std::string& opclass) {
  return one_of(opclass, {"array_ops", "enum_ops", "range_ops", "record_ops", "multirange_ops", "record_image_ops"});
}

}  // namespace

DomainFacts domain_facts(const TypeName& type, const Schema& schema) {
  DomainFacts facts;
  if (!types::is_known(type) || type.percent_type) {
    facts.known = false;
    return facts;
  }
  if (type.array_dimensions > 0) return facts;
  QualifiedName name = type.name;
  for (int depth = 0; depth < depth_limit; ++depth) {
    const TypeState* state = schema.find_type(name);
    if (!state) {
      const bool builtin = data::find_type(name.name) || !types::internal_name(name.name).empty() ||
                           !types::serial_base(name.name).empty();
      if (!builtin) facts.known = false;
      return facts;
    }
    if (state->kind != TypeState::Kind::domain) return facts;
    facts.domain = true;
    if (state->not_null || !state->constraints.empty()) facts.constrained = true;
    if (state->base.array_dimensions > 0) return facts;
    name = state->base.name;
  }
  return facts;
}

TypeChange type_change(const TypeName& from, const TypeName& to, const Schema& schema, const Server& server) {
  const TypeName source = types::canonical(from, schema);
  const TypeName wanted = types::canonical(to, schema);
  if (!types::is_known(source) || source.percent_type || wanted.percent_type) return TypeChange::unknown;
  if (source == wanted) return TypeChange::none;
  const DomainFacts domain = domain_facts(wanted, schema);
  if (domain.constrained) return TypeChange::rewrite;
  Plain a = plain(source, schema);
  const Plain b = plain(wanted, schema);
  // The parser sees a value of a domain without its modifier: over varchar(20), varchar(40) is longer than nothing.
  if (domain_facts(source, schema).domain) a.modifiers.clear();
  if (!a.known || !b.known) return a.known || b.known || a.name != b.name ? TypeChange::unknown : TypeChange::none;
  return plain_change(a, b, server.time_zone_utc && schema.time_zone_is_utc());
}

TypeChange type_change(const std::string& column, const TypeName& from, const TypeName& to, const Expr& using_,
                       const Schema& schema, const Server& server) {
  std::vector<const TypeName*> steps;
  if (!casts_only(using_, column, steps)) return TypeChange::rewrite;
  TypeChange worst = TypeChange::none;
  TypeName at = from;
  for (const TypeName* step : steps) {
    worst = worse(worst, type_change(at, *step, schema, server));
    at = *step;
  }
  return worse(worst, type_change(at, to, schema, server));
}

bool same_operator_class(const std::string& access_method, const std::string& opclass, const TypeName& from,
                         const TypeName& to, const Schema& schema) {
  const Plain a = plain(from, schema);
  const Plain b = plain(to, schema);
  if (!opclass.empty()) return !polymorphic(opclass) || (a.name == b.name && a.dimensions == b.dimensions);
  const std::string before = default_class(access_method, a);
  if (before != default_class(access_method, b)) return false;
  return !polymorphic(before) || (a.name == b.name && (a.dimensions > 0) == (b.dimensions > 0));
}

bool same_equality(const TypeName& from, const TypeName& to, const Schema& schema) {
  return same_operator_class("btree", "", from, to, schema) &&
         (plain(from, schema).name == plain(to, schema).name ||
          binary_coercible(plain(from, schema).name, plain(to, schema).name));
}

}  // namespace mlint::effect
