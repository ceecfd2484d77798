#pragma once

#include <string>

#include "analyzer/django/literals.h"
#include "analyzer/django/model_state.h"

// Fields as columns: PostgreSQL's types (db_parameters) and what the schema editor asks of them.
namespace mlint::django {

// A field on its model, in its state; what the schema editor is given.
struct Bound {
  Model model;
  FieldPtr field;
  const py::Value* default_value = nullptr;  // of the field, or of the operation with preserve_default=False
};
Bound bind(const Model& model, FieldPtr field);

// The field a foreign key points at; null when the target model or field is not known.
Bound target_of(const Bound& field);
// The field that decides a value's type, through chains of foreign keys.
Bound concrete_of(const Bound& field);

// The type; empty when it is not known. Fields without a column must not be asked.
std::string db_type(const Bound& field, const Version& version);
// Of a field that is no relation, without a state.
std::string simple_type(const Field& field, const Version& version = {});
// What a foreign key to it has: no serial, no check.
std::string rel_db_type(const Bound& field, const Version& version);
// The type's family: two fields of one family are cast without USING.
std::string type_family(const Bound& field, const Version& version);
std::string collation_of(const Bound& field, const Version& version);
bool has_check(const Field& field);
// contrib.gis: a column that has an index of its own whatever db_index says.
bool has_spatial_index(const Field& field);  // >= 0
Internal internal_type(const Field& field);
Literal effective_default(const Bound& field, const Version& version);

}  // namespace mlint::django
