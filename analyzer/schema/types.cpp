#include "analyzer/schema/types.h"

#include <algorithm>
#include <array>

#include "analyzer/operation/printer.h"
#include "analyzer/schema/type_data.h"

namespace mlint::types {
namespace {

struct Spelling {
  std::string_view written, internal;
};
constexpr std::array spellings{
    Spelling{"bigint", "int8"},
    Spelling{"bit varying", "varbit"},
    Spelling{"boolean", "bool"},
    Spelling{"char", "bpchar"},
    Spelling{"character", "bpchar"},
    Spelling{"character varying", "varchar"},
    Spelling{"dec", "numeric"},
    Spelling{"decimal", "numeric"},
    Spelling{"double precision", "float8"},
    Spelling{"float", "float8"},
    Spelling{"int", "int4"},
    Spelling{"integer", "int4"},
    Spelling{"national character", "bpchar"},
    Spelling{"national character varying", "varchar"},
    Spelling{"nchar", "bpchar"},
    Spelling{"real", "float4"},
    Spelling{"smallint", "int2"},
    Spelling{"time with time zone", "timetz"},
    Spelling{"time without time zone", "time"},
    Spelling{"timestamp with time zone", "timestamptz"},
    Spelling{"timestamp without time zone", "timestamp"},
};

constexpr int domain_depth_limit = 32;

// What format_type_extended prints for types that have a name of their own in the grammar; `%` is the modifier's place.
constexpr std::array printed{
    Spelling{"bit", "bit%"},
    Spelling{"bool", "boolean"},
    Spelling{"bpchar", "character%"},
    Spelling{"char", "\"char\""},
    Spelling{"float4", "real"},
    Spelling{"float8", "double precision"},
    Spelling{"int2", "smallint"},
    Spelling{"int4", "integer"},
    Spelling{"int8", "bigint"},
    Spelling{"numeric", "numeric%"},
    Spelling{"time", "time% without time zone"},
    Spelling{"timestamp", "timestamp% without time zone"},
    Spelling{"timestamptz", "timestamp% with time zone"},
    Spelling{"timetz", "time% with time zone"},
    Spelling{"varbit", "bit varying%"},
    Spelling{"varchar", "character varying%"},
};

// INTERVAL_MASK bits of datatype/timestamp.h, as intervaltypmodout prints them.
std::string interval_fields(std::int32_t range) {
  constexpr std::int32_t year = 1 << 2, month = 1 << 1, day = 1 << 3, hour = 1 << 10, minute = 1 << 11,
                         second = 1 << 12;
  switch (range) {
    case year:
      return " year";
    case month:
      return " month";
    case day:
      return " day";
    case hour:
      return " hour";
    case minute:
      return " minute";
    case second:
      return " second";
    case year | month:
      return " year to month";
    case day | hour:
      return " day to hour";
    case day | hour | minute:
      return " day to minute";
    case day | hour | minute | second:
      return " day to second";
    case hour | minute:
      return " hour to minute";
    case hour | minute | second:
      return " hour to second";
    case minute | second:
      return " minute to second";
    default:
      return "";
  }
}

std::string modifier_text(const TypeName& type) {
  std::string text;
  const auto add = [&](const std::string& value) { text.append(text.empty() ? "(" : ",").append(value); };
  if (!type.modifiers.empty()) {
    std::vector<std::int32_t> values = type.modifiers;
    if (type.name.name == "numeric" && values.size() == 1) values.push_back(0);
    for (const std::int32_t value : values) add(std::to_string(value));
  } else {
    for (const std::string& value : type.text_modifiers) add(value);
  }
  return text.empty() ? text : text + ")";
}

std::string format_interval(const TypeName& type) {
  constexpr std::int32_t full_range = 0x7FFF, full_precision = 0xFFFF;
  if (type.modifiers.empty()) return "interval";
  std::string text = "interval" + interval_fields(type.modifiers[0] == full_range ? 0 : type.modifiers[0]);
  if (type.modifiers.size() > 1 && type.modifiers[1] != full_precision)
    text += "(" + std::to_string(type.modifiers[1]) + ")";
  return text;
}

std::string format_element(const TypeName& type) {
  const std::string& name = type.name.name;
  if (type.name.schema == "pg_catalog") {
    if (name == "interval") return format_interval(type);
    if (name == "bpchar" && type.modifiers.empty()) return "bpchar";
    for (const Spelling& p : printed) {
      if (p.written != name) continue;
      std::string text(p.internal);
      const std::size_t place = text.find('%');
      if (place != std::string::npos) text.replace(place, 1, modifier_text(type));
      return text;
    }
    return quote_ident(name) + modifier_text(type);
  }
  const QualifiedName shown{type.name.schema == "public" ? "" : type.name.schema, name};
  return quote_ident(shown) + modifier_text(type);
}

}  // namespace

bool is_builtin(std::string_view internal) {
  const data::Type* type = data::find_type(internal);
  return type != nullptr && type->extension.empty();
}

std::string_view internal_name(std::string_view spelling) {
  for (const Spelling& s : spellings)
    if (s.written == spelling) return s.internal;
  const data::Type* type = data::find_type(spelling);
  return type != nullptr && type->extension.empty() ? type->name : std::string_view{};
}

std::string_view serial_base(std::string_view name) {
  if (name == "serial" || name == "serial4") return "int4";
  if (name == "bigserial" || name == "serial8") return "int8";
  if (name == "smallserial" || name == "serial2") return "int2";
  return {};
}

TypeName canonical_builtin(const TypeName& type) {
  TypeName result = type;
  const std::string& name = type.name.name;
  if (!is_known(type) || !(type.name.schema.empty() || type.name.schema == "pg_catalog")) return result;
  std::string_view internal = type.name.schema.empty() ? serial_base(name) : std::string_view{};
  if (internal.empty()) {
    // "char" in quotes is the one-byte type; the grammar's char arrives as bpchar.
    const bool one_byte =
        name == "char" && (type.name.schema == "pg_catalog" || type.text.find('"') != std::string::npos);
    internal = one_byte ? std::string_view("char") : internal_name(name);
  }
  if (internal.empty()) return result;
  if (name == "float") {
    if (!type.modifiers.empty() && type.modifiers[0] <= 24) internal = "float4";
    result.modifiers.clear();
  }
  if (internal == "bpchar" && name.starts_with("char") && result.modifiers.empty()) result.modifiers = {1};
  result.name = {"pg_catalog", std::string(internal)};
  return result;
}

TypeName canonical(const TypeName& type, const Schema& schema) {
  TypeName result = canonical_builtin(type);
  if (!is_known(type) || result.name.schema == "pg_catalog") return result;
  if (const TypeState* state = schema.find_type(type.name)) {
    result.name = state->name;
  } else if (const Relation* relation = schema.find(type.name)) {
    result.name = relation->name;
  }
  return result;
}

TypeName base_type(const TypeName& type, const Schema& schema) {
  TypeName result = canonical(type, schema);
  for (int depth = 0; depth < domain_depth_limit; ++depth) {
    if (result.array_dimensions > 0) return result;
    const TypeState* state = schema.find_type(result.name);
    if (!state || state->kind != TypeState::Kind::domain) return result;
    result = canonical(state->base, schema);
  }
  return result;
}

std::string format_type(const TypeName& type) {
  if (!is_known(type)) return type.text.empty() ? "unknown" : type.text;
  std::string text = format_element(type);
  if (type.array_dimensions > 0) text += "[]";  // the catalogue keeps no number of dimensions
  return text;
}

}  // namespace mlint::types
