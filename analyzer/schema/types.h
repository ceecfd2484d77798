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

// Known::unknown where a type is not known here.
Known is_constrained_domain(const TypeName& type, const Schema& schema);  // CHECK or NOT NULL, at any level
Known is_binary_coercible(const TypeName& from, const TypeName& to, const Schema& schema);

// A built-in type that no other is stored like and that has no modifier (pg_cast): whatever else the column was, a
// change to it copies.
bool is_stored_alone(const TypeName& type);

// ATColumnChangeRequiresRewrite: does ALTER COLUMN `column` TYPE `to` [USING `using_`] copy the table? Known::unknown
// is to be judged as a rewrite. `utc`: the session's time zone is UTC (PostgreSQL 12 and newer).
Known change_rewrites(const TypeName& from, const TypeName& to, const Expr* using_, std::string_view column,
                      const Schema& schema, bool utc);

// CheckIndexCompatible for one plain column of an index, where the table is not rewritten: the operator class and the
// collation decide. An index with expressions or a predicate, and a partitioned one, is rebuilt always: that is the
// caller's to ask. `opclass` empty: the default one.
Known change_rebuilds_index(const ColumnState& before, const TypeName& to, const QualifiedName& new_collation,
                            std::string_view access_method, const QualifiedName& opclass, const Schema& schema);

// ATAddForeignKeyConstraint: has the key's index an equality operator for the column, or does the column's type become
// the key's by an implicit cast?
Known can_reference(const TypeName& column, const TypeName& key, const Schema& schema);

// ATAddForeignKeyConstraint: is a foreign key on (or to) the column checked again because its equality operator
// changes?
Known change_revalidates_foreign_key(const TypeName& from, const TypeName& to, const Schema& schema);

}  // namespace mlint::types
