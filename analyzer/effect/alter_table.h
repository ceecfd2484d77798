#pragma once

#include <string>
#include <vector>

#include "analyzer/effect/derive.h"

// One ALTER TABLE while its effects are derived. For files of this folder only.
namespace mlint::effect {

struct Member {
  Target target;
  bool rewritten = false;
};

struct Alteration {
  Derivation& d;
  const AlterTable& alter;
  Target target;
  std::vector<Member> members;  // the table and, unless ONLY, its descendants
  // PostgreSQL runs the passes of one ALTER TABLE in its own order: drops first.
  std::vector<std::string> dropped_constraints, dropped_columns;

  const std::string& table_name() const { return target.name.name; }
};

void lock_table(Alteration& a);
Fact options_fact(const Options& options);  // of SET (…)

void add_column(Alteration& a, const alter::AddColumn& action);
struct LosingColumn {
  std::vector<Target> tables;    // lose it: the one named first
  std::vector<Target> children;  // are locked for it, whether they lose it or not
};
LosingColumn losing_column(const Alteration& a, std::string_view column);
void drop_column(Alteration& a, const alter::DropColumn& action);
bool in_partition_key(const Relation& table, std::string_view column);
void set_type(Alteration& a, const alter::SetType& action);
// PostgreSQL 18 has no indexes, and no constraints other than CHECK and NOT NULL, on virtual generated columns.
bool is_virtual(const ColumnState& column);
void refuse_virtual(Derivation& d, const Target& table, const std::vector<std::string>& columns, std::string_view what);
void set_not_null(Alteration& a, const std::string& column, bool children = true);
bool all_are_not_null(const Alteration& a, std::string_view column);  // the table and what is below it
// The column whose NOT NULL has this name: table_column_not_null where none is written.
const ColumnState* find_not_null(const Alteration& a, const std::string& name);
void add_not_null_constraint(Alteration& a, const Constraint& constraint);
void drop_not_null_constraint(Alteration& a, const ColumnState& column);
void validate_not_null(Alteration& a, const ColumnState& column, const std::string& name);
void alter_not_null(Alteration& a, const ColumnState& column, const alter::AlterConstraint& action);
void refuse_unvalidated_not_null(Alteration& a, const std::vector<std::string>& columns);
void set_expression(Alteration& a, const alter::SetExpression& action);
void identity(Alteration& a, const std::string& column, Fact sequence_fact);
void column_storage(Alteration& a, const std::string& column, bool recurse);

void add_constraint(Alteration& a, const alter::AddConstraint& action);
void drop_constraint(Alteration& a, const alter::DropConstraint& action);
void validate_constraint(Alteration& a, const alter::ValidateConstraint& action);
void alter_constraint(Alteration& a, const alter::AlterConstraint& action);

// Says that the statement fails where that depends on no row.
void refuse_impossible(Alteration& a, const AlterAction& action);

void attach_partition(Derivation& d, const Target& parent, const alter::AttachPartition& action);
void detach_partition(Derivation& d, const Target& parent, const alter::DetachPartition& action);
void split_or_merge(Derivation& d, const Target& parent, const std::vector<QualifiedName>& partitions);
void attach_index(Derivation& d, const Target& parent, const QualifiedName& index);

// Indexes that are in the schema after the statement and were not before it are built on every table of the family.
void build_new_indexes(Derivation& d, const Target& table, Fact work);
// A rewrite of one member, once.
void rewrite(Member& member, Derivation& d, Fact fact, const std::string& object, bool assumed = false);

}  // namespace mlint::effect
