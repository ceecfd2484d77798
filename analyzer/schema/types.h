#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "analyzer/operation/operation.h"
#include "analyzer/schema/schema.h"

// Facts about types: identity, spelling, and what ALTER COLUMN TYPE has to do.
namespace mlint::types {

// A type of pg_catalog (PostgreSQL 12 to 18), by its internal name: int4, varchar, timestamptz.
bool is_builtin(std::string_view internal_name);
// The internal name of a spelling that the grammar or the catalogue knows: integer, decimal, "character varying".
// Empty: none.
std::string_view internal_name(std::string_view spelling);
// int4 for serial, int8 for bigserial, int2 for smallserial; empty for other types.
std::string_view serial_base(std::string_view name);

inline bool is_known(const TypeName& type) { return !type.name.name.empty(); }

// One identity a type: built-in ones as pg_catalog.internal_name, those of the schema with their schema, serial as its
// integer, default modifiers of the grammar filled in (char is bpchar(1)). Types nobody knows stay as written.
TypeName canonical(const TypeName& type, const Schema& schema);
// Only what needs no schema; other types stay as written.
TypeName canonical_builtin(const TypeName& type);
// The same with domains followed to what they stand on; the modifier is that of the innermost domain that has one.
TypeName base_type(const TypeName& type, const Schema& schema);

// As format_type() prints it: "character varying(20)", "timestamp(3) with time zone", "numeric(10,2)[]".
std::string format_type(const TypeName& type);

}  // namespace mlint::types
