#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/django/project_class.h"
#include "analyzer/django/version.h"
#include "parsers/python/module.h"

// A model field as a migration's state holds it: the call of its class, decoded.
namespace mlint::django {

// get_internal_type(): what the schema editor's decisions look at.
enum class Internal : std::uint8_t {
  auto_,
  big_auto,
  small_auto,
  big_integer,
  integer,
  small_integer,
  positive_big_integer,
  positive_integer,
  positive_small_integer,
  binary,
  boolean,
  null_boolean,
  char_,
  slug,
  file,
  text,
  date,
  date_time,
  time,
  duration,
  decimal,
  float_,
  ip_address,
  json,
  uuid,
  foreign_key,
  one_to_one,
  many_to_many,
  generated,
  order_wrt,
  array,
  geometry,
  raster,
  none,     // no column: GenericForeignKey, GenericRelation, CompositePrimaryKey, TaggableManager
  other,    // a type of its own: `type_text`
  unknown,  // a class that nobody knows
};

inline bool is_auto(Internal internal) {
  return internal == Internal::auto_ || internal == Internal::big_auto || internal == Internal::small_auto;
}

struct Field {
  std::string name;
  std::string path;  // class, spelled as Django's deconstruct() does: "django.db.models.CharField"
  Internal internal = Internal::unknown;
  std::string type_text;  // of `other`
  const py::Value* call = nullptr;

  bool null = false, blank = false, unique_declared = false, primary_key = false, db_index = false;
  bool auto_created = false, parent_link = false;
  bool auto_now = false, auto_now_add = false;
  bool naive = false;  // its times have no zone: USE_TZ is off
  bool empty_strings_allowed = true;
  bool json_none = false;         // None is written as JSON's null, where JSONField does so
  std::string converter;          // the method with which a class of the project writes values in its own way
  OfNone of_none = OfNone::none;  // … and what that makes of None
  std::string db_column, db_tablespace, collation;
  std::optional<std::string> comment;
  int max_length = -1, max_digits = -1, decimal_places = -1;
  const py::Value* default_value = nullptr;
  std::shared_ptr<const py::Value> owned_default;  // of fields that no file wrote (`_order`)
  const py::Value* db_default = nullptr;

  // Of sortedm2m: the column that the through table has besides.
  std::string sort_column;

  // Relations. `to` and `through` are "app.model" with the model in lower case.
  bool relation = false;
  bool db_constraint = true;
  std::string to, to_field, through, m2m_table, related_name, related_query_name;
  std::vector<std::string> through_fields;

  std::shared_ptr<const Field> base;  // of an array: its element; of a generated column: its output
  std::optional<int> size;            // of an array
  const py::Value* expression = nullptr;
  bool db_persist = true;
  int srid = 4326, dimension = 2;  // of geometries
  bool geography = false, spatial_index = true;
  std::string geometry_type;
  std::vector<std::string> composite;  // of CompositePrimaryKey

  bool adds_columns = false;  // its class adds further ones to the model: they are made where the whole table is

  bool read = true;  // false: an argument that decides the column could not be evaluated
  std::string unread_reason;

  bool unique() const { return unique_declared || primary_key; }
  bool foreign_key() const { return internal == Internal::foreign_key || internal == Internal::one_to_one; }
  bool many_to_many() const { return internal == Internal::many_to_many; }
  bool concrete() const { return internal != Internal::none && internal != Internal::many_to_many; }
  bool generated() const { return internal == Internal::generated; }
  bool hidden() const { return related_name.ends_with("+"); }  // the relation has no name backwards
  // db_column, else the attribute's name ("owner_id" of a foreign key).
  std::string column() const;
};
using FieldPtr = std::shared_ptr<const Field>;

struct FieldContext {
  Version version;
  std::string app, model;  // lower case; for relative references
  std::string auth_user_model;
  const std::map<std::string, std::string>* field_types = nullptr;  // of the configuration
  const ProjectNames* names = nullptr;                              // of the migration
  std::string default_auto_field;                                   // dotted
  bool use_tz = true;
  std::shared_ptr<const std::map<std::string, std::string>> swapped_models = {};  // by setting
};

FieldPtr make_field(std::string name, const py::Value& value, const FieldContext& context);

// Parameters in the order of the class's signature, for the few that files write by position.
std::string_view positional_name(const Field& field, std::size_t index);

// What AlterField compares (gate A): the class and the arguments that may change the schema, written out.
std::string comparable(const Field& field, const Version& version, bool without_target, bool without_comment,
                       bool without_db_default);

// "app.model" of a relation's target ("self", "Model", "app.Model", settings.AUTH_USER_MODEL); empty: not readable.
std::string model_reference(const py::Value& value, const FieldContext& context);

// Readable and comparable text of a value.
std::string repr(const py::Value& value);

}  // namespace mlint::django
