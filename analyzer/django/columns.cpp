#include "analyzer/django/columns.h"

#include <fmt/format.h>

namespace mlint::django {
namespace {

constexpr int longest_chain = 20;  // of foreign keys that are primary keys

std::string geometry_type(const Field& field) {
  const std::string dimension = field.dimension == 3 ? "Z" : "";
  return fmt::format("{}({}{},{})", field.geography ? "geography" : "geometry", field.geometry_type, dimension,
                     field.srid);
}

std::string varchar(const Field& field) {
  return field.max_length >= 0 ? fmt::format("varchar({})", field.max_length) : "varchar";
}

}  // namespace

Bound bind(const Model& model, FieldPtr field) {
  const py::Value* value = field ? field->default_value : nullptr;
  return {model, std::move(field), value};
}

Bound target_of(const Bound& bound) {
  const Model named = bound.model.other(bound.field->to);
  if (!named) return {};
  const Model target = named.concrete();
  return bind(target, bound.field->to_field.empty() ? target.primary_key() : target.field(bound.field->to_field));
}

Bound concrete_of(const Bound& bound) {
  Bound current = bound;
  for (int i = 0; i < longest_chain && current.field && current.field->foreign_key(); ++i) current = target_of(current);
  return current.field && current.field->foreign_key() ? Bound{} : current;
}

Internal internal_type(const Field& field) {
  return field.generated() && field.base ? internal_type(*field.base) : field.internal;
}

std::string simple_type(const Field& field, const Version& version) {
  const bool serial = version < Version{4, 1};
  switch (field.internal) {
    case Internal::auto_:
      return serial ? "serial" : "integer";
    case Internal::big_auto:
      return serial ? "bigserial" : "bigint";
    case Internal::small_auto:
      return serial ? "smallserial" : "smallint";
    case Internal::big_integer:
    case Internal::positive_big_integer:
      return "bigint";
    case Internal::integer:
    case Internal::positive_integer:
    case Internal::order_wrt:
      return "integer";
    case Internal::small_integer:
    case Internal::positive_small_integer:
      return "smallint";
    case Internal::binary:
      return "bytea";
    case Internal::boolean:
    case Internal::null_boolean:
      return "boolean";
    case Internal::char_:
    case Internal::slug:
    case Internal::file:
      return varchar(field);
    case Internal::text:
      return "text";
    case Internal::date:
      return "date";
    case Internal::date_time:
      return "timestamp with time zone";
    case Internal::time:
      return "time";
    case Internal::duration:
      return "interval";
    case Internal::decimal:
      return field.max_digits < 0 ? "numeric" : fmt::format("numeric({}, {})", field.max_digits, field.decimal_places);
    case Internal::float_:
      return "double precision";
    case Internal::ip_address:
      return "inet";
    case Internal::json:
      return "jsonb";
    case Internal::uuid:
      return "uuid";
    case Internal::array: {
      const std::string element = field.base ? simple_type(*field.base, version) : std::string{};
      if (element.empty()) return {};
      return field.size ? fmt::format("{}[{}]", element, *field.size) : element + "[]";
    }
    case Internal::generated:
      return field.base ? simple_type(*field.base, version) : std::string{};
    case Internal::geometry:
      return geometry_type(field);
    case Internal::raster:
      return "raster";
    case Internal::other:
      return field.type_text;
    default:
      return {};
  }
}

std::string rel_db_type(const Bound& bound, const Version& version) {
  switch (bound.field->internal) {
    case Internal::auto_:
      return "integer";
    case Internal::big_auto:
      return "bigint";
    case Internal::small_auto:
      return "smallint";
    default:
      return db_type(bound, version);
  }
}

std::string db_type(const Bound& bound, const Version& version) {
  if (!bound.field->foreign_key()) return simple_type(*bound.field, version);
  const Bound target = concrete_of(bound);
  return target.field ? rel_db_type(target, version) : std::string{};
}

std::string type_family(const Bound& bound, const Version& version) {
  const Field& field = *bound.field;
  if (field.foreign_key()) return db_type(bound, version);
  switch (internal_type(field)) {
    case Internal::char_:
      // From 4.2 its entry in data_types is a function, which equals no string.
      return version >= Version{4, 2} ? "varchar of CharField" : "varchar";
    case Internal::slug:
    case Internal::file:
      return "varchar";
    case Internal::decimal:
      return "numeric";
    default:
      return field.generated() && field.base ? simple_type(*field.base, version) : simple_type(field, version);
  }
}

std::string collation_of(const Bound& bound, const Version& version) {
  if (!bound.field->foreign_key()) return bound.field->collation;
  if (version < Version{4, 1}) return {};
  const Bound target = concrete_of(bound);
  return target.field ? target.field->collation : std::string{};
}

bool has_check(const Field& field) {
  const Internal internal = internal_type(field);
  return internal == Internal::positive_integer || internal == Internal::positive_big_integer ||
         internal == Internal::positive_small_integer;
}

bool has_spatial_index(const Field& field) {
  return field.spatial_index && (field.internal == Internal::geometry || field.internal == Internal::raster);
}

Literal effective_default(const Bound& bound, const Version& version) {
  if (bound.field->foreign_key() && bound.default_value != nullptr) {
    // ForeignKey.get_db_prep_save(): '' is no key of a field that is no string.
    const auto* text = bound.default_value->as<py::String>();
    const Bound target = target_of(bound);
    if (text != nullptr && text->text.empty() && target.field && !target.field->empty_strings_allowed) return {};
  }
  const Bound concrete = concrete_of(bound);
  const Field& typed = concrete.field ? *concrete.field : *bound.field;
  return effective_default(*bound.field, typed, bound.default_value, version);
}

}  // namespace mlint::django
